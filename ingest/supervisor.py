"""All cameras of a node: started together, stopped together."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from types import MappingProxyType, TracebackType
from typing import Self

from ingest.camera import Camera
from ingest.camera_thread import STOP_S
from ingest.frame import CameraId


class Supervisor:
    """Owns the cameras' threads; a context manager that starts and stops them."""

    def __init__(self, cameras: Iterable[Camera]) -> None:
        by_id = {}
        for camera in cameras:
            if camera.camera_id in by_id:
                raise ValueError(f"two cameras are called {camera.camera_id}")
            by_id[camera.camera_id] = camera
        self.cameras: Mapping[CameraId, Camera] = MappingProxyType(by_id)

    def start(self) -> None:
        """Start every camera's thread."""
        for camera in self.cameras.values():
            camera.start()

    def stop(self, deadline_s: float = STOP_S) -> None:
        """Stop all at once and wait for them, all within `deadline_s`; may be called twice."""
        for camera in self.cameras.values():
            camera.request_stop()
        until_s = time.monotonic() + deadline_s
        for camera in self.cameras.values():
            camera.stop(max(until_s - time.monotonic(), 0.0))

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
