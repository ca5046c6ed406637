"""A running camera and what it told."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo

from ingest.camera import Camera
from ingest.camera_settings import CameraCallbacks, CameraSettings, SourceFactory
from ingest.config import CameraConfig
from ingest.errors import Fault
from ingest.frame import CameraId, Frame, FrameTime
from ingest.source import RtspSource
from ingest.status import CameraState, CameraStatus


class Watched:
    """A running camera and what it told."""

    def __init__(
        self,
        url: str | None,
        fields: Mapping[str, object] = MappingProxyType({}),
        *,
        make_source: SourceFactory = RtspSource,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        given = {"id": "gate", "area": "1", "url": url, "sample_fps": 5, **fields}
        self.frames: list[Frame] = []
        self.statuses: list[CameraStatus] = []
        self.ends: list[FrameTime | None] = []
        callbacks = CameraCallbacks(
            on_frame=self.frames.append, on_status=self.statuses.append, on_session_end=self._ended
        )
        self.camera = Camera(
            CameraConfig.model_validate(given),
            callbacks=callbacks,
            settings=CameraSettings(zone=ZoneInfo("Asia/Shanghai")),
            make_source=make_source,
            wait=wait,
        )
        self.started_s = time.monotonic()
        self.camera.start()

    def _ended(self, _camera: CameraId, _session: str, last: FrameTime | None) -> None:
        self.ends.append(last)

    def until(self, holds: Callable[[], bool], within_s: float) -> float:
        """Seconds since the start when it held; fails when it does not hold in time."""
        limit_s = time.monotonic() + within_s
        while not holds():
            assert time.monotonic() < limit_s, f"not in {within_s} s: {self.statuses}"
            time.sleep(0.01)
        return time.monotonic() - self.started_s

    def is_in(self, state: CameraState, fault: Fault | None = None) -> Callable[[], bool]:
        return lambda: (self.camera.status.state, self.camera.status.fault) == (state, fault)

    @property
    def session(self) -> str:
        return self.frames[-1].at.session
