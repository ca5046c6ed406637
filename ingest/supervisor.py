"""All cameras of a node: started together, stopped together, swapped one by one."""

from __future__ import annotations

import time
from collections.abc import Iterable
from threading import Lock
from types import TracebackType
from typing import Self

from ingest.camera import Camera
from ingest.camera_thread import STOP_S
from ingest.frame import CameraId
from ingest.roster import CameraRoster


class Supervisor:
    """Owns the cameras' threads; a context manager that starts and stops them."""

    def __init__(self, cameras: Iterable[Camera]) -> None:
        """Raises ValueError where two cameras have one id."""
        self.cameras = CameraRoster(cameras)
        self._lock = Lock()
        self._is_running = False

    def start(self) -> None:
        """Start every camera's thread."""
        with self._lock:
            self._is_running = True
            for camera in self.cameras.values():
                camera.start()

    def add(self, camera: Camera) -> None:
        """Take one more, and start it where the others run; ValueError where its id is taken."""
        with self._lock:
            self.cameras.add(camera)
            if self._is_running:
                camera.start()

    def halt(self, camera_ids: Iterable[CameraId], deadline_s: float = STOP_S) -> None:
        """Stop some at once, all within `deadline_s`; they stay on the roster for their footage."""
        _stop([self.cameras[camera_id] for camera_id in camera_ids], deadline_s)

    def forget(self, camera_id: CameraId) -> None:
        """Drop a halted one with its footage; idempotent."""
        self.cameras.remove(camera_id)

    def stop(self, deadline_s: float = STOP_S) -> None:
        """Stop all at once and wait for them, all within `deadline_s`; may be called twice."""
        with self._lock:
            self._is_running = False
        _stop(list(self.cameras.values()), deadline_s)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _stop(cameras: list[Camera], deadline_s: float) -> None:
    for camera in cameras:
        camera.request_stop()
    until_s = time.monotonic() + deadline_s
    for camera in cameras:
        camera.stop(max(until_s - time.monotonic(), 0.0))
