"""The latest status of every camera, and which of them the broker has not been told."""

from __future__ import annotations

from threading import Lock

from alerts.schema import CameraStatusMessage
from alerts.words import camera_text
from ingest.status import CameraStatus


class StatusBoard:
    """Bounded by the number of cameras: a newer status replaces the older one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._latest: dict[str, CameraStatus] = {}
        self._untold: dict[str, None] = {}  # in the order of change

    def put(self, status: CameraStatus) -> None:
        """A camera's status changed; from any thread."""
        with self._lock:
            self._latest[status.camera_id] = status
            self._untold[status.camera_id] = None

    def tell_all_again(self) -> None:
        """The broker may have forgotten everything."""
        with self._lock:
            self._untold = dict.fromkeys(self._latest)

    def next_untold(self) -> CameraStatus | None:
        """A status to publish; it stays untold until `told`."""
        with self._lock:
            return next((self._latest[camera] for camera in self._untold), None)

    def told(self, status: CameraStatus) -> None:
        """`status` was handed to the broker; one that came in between stays untold."""
        with self._lock:
            if self._latest.get(status.camera_id) is status:
                self._untold.pop(status.camera_id, None)


def camera_status_message(node: str, status: CameraStatus) -> CameraStatusMessage:
    """A camera's status as it travels, with its words."""
    return CameraStatusMessage(
        node=node,
        camera=status.camera_id,
        state=status.state,
        since=status.since,
        reason=status.fault,
        text=camera_text(status.state, status.fault),
    )
