"""A camera's state, and the news of it when it changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from ingest.errors import Fault
from ingest.frame import CameraId
from ingest.status import CameraState, CameraStatus


class ToldStatus:
    """Holds the present status for any thread; tells each change once."""

    def __init__(
        self,
        camera_id: CameraId,
        *,
        now: Callable[[], datetime],
        on_status: Callable[[CameraStatus], None],
    ) -> None:
        self._now = now
        self._on_status = on_status
        self._lock = Lock()
        self._status = CameraStatus(camera_id=camera_id, state=CameraState.OFFLINE, since=now())

    @property
    def present(self) -> CameraStatus:
        """The status now; offline without a fault before the first attempt."""
        with self._lock:
            return self._status

    def tell(self, state: CameraState, fault: Fault | None = None) -> None:
        """The camera is in this state; only the camera's thread says so."""
        before = self.present
        if (before.state, before.fault) == (state, fault):
            return
        status = CameraStatus(
            camera_id=before.camera_id, state=state, since=self._now(), fault=fault
        )
        with self._lock:
            self._status = status
        self._on_status(status)
