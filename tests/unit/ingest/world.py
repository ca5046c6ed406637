"""A camera whose connections go as a test plans them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ingest.camera import Camera
from ingest.camera_settings import CameraCallbacks, CameraClocks, CameraSettings
from ingest.config import CameraConfig
from ingest.counters import CameraCounters
from ingest.errors import (
    Fault,
    IngestError,
)
from ingest.frame import CameraId, FrameTime
from ingest.ring import StoredPacket
from ingest.source import Sink
from ingest.status import CameraState, CameraStatus
from ingest.stream_format import StreamFormat
from tests.unit.ingest.clips import camera, frame

FORMAT = StreamFormat(codec="h264", wh=(160, 120), extradata=b"\x00\x00\x00\x01")
Plan = Callable[["World", Sink, str, Callable[[], bool]], None]


class World:
    """A camera whose sources do as planned, on a clock that only waiting moves.

    When the plans are used up, the camera is stopped.
    """

    def __init__(
        self, *plans: Plan, config: CameraConfig | None = None, chance: float = 1.0
    ) -> None:
        self.now_s = 0.0
        self.step_s = 0.0  # by which the wall clock was set since
        self._longest_s = float("inf")
        self.plans = list(plans)
        self.states: list[tuple[CameraState, Fault | None]] = []
        self.since: list[datetime] = []
        self.waits: list[float] = []
        self.ends: list[tuple[str, FrameTime | None]] = []
        self.sessions: list[str] = []
        self.frames = 0
        callbacks = CameraCallbacks(
            on_frame=self._on_frame, on_status=self._on_status, on_session_end=self._on_end
        )
        self.camera = Camera(
            config or camera(),
            callbacks=callbacks,
            settings=CameraSettings(zone=ZoneInfo("Asia/Shanghai")),
            clocks=CameraClocks(now=self.time, monotonic=lambda: self.now_s, random=lambda: chance),
            make_source=self._source,
            wait=self._wait,
        )

    def time(self) -> datetime:
        return datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=self.now_s + self.step_s)

    def run(self) -> World:
        self.camera.run()
        return self

    def run_until_closed(self) -> World:
        """Run until the camera has been closed by consent for two hours."""
        self._longest_s = self.now_s + 7200.0
        return self.run()

    def _source(
        self, camera: CameraConfig, *, session: str, counters: CameraCounters
    ) -> PlannedSource:
        self.sessions.append(session)
        if not self.plans:
            self.camera.request_stop()
            return PlannedSource(self, session, lambda *_: None)
        return PlannedSource(self, session, self.plans.pop(0))

    def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now_s += seconds
        if self.now_s >= self._longest_s:
            self.camera.request_stop()

    def _on_frame(self, _: object) -> None:
        self.frames += 1

    def _on_status(self, status: CameraStatus) -> None:
        self.states.append((status.state, status.fault))
        self.since.append(status.since)

    def _on_end(self, _: CameraId, session: str, last: FrameTime | None) -> None:
        self.ends.append((session, last))


class PlannedSource:
    def __init__(self, world: World, session: str, plan: Plan) -> None:
        self._world, self._session, self._plan = world, session, plan

    def run(self, should_stop: Callable[[], bool], sink: Sink) -> None:
        self._plan(self._world, sink, self._session, should_stop)


def fails(error: Callable[..., IngestError], fault: Fault) -> Plan:
    def plan(*_: object) -> None:
        raise error("no", camera_id="cam", fault=fault)

    return plan


def streams(seconds: float, error: Callable[..., IngestError], fault: Fault) -> Plan:
    def plan(world: World, sink: Sink, session: str, _: object) -> None:
        sink.opened(FORMAT)
        for index in range(int(seconds)):
            at_s = float(index)
            sink.packet(
                StoredPacket(payload=b"x", time_s=at_s, decode_s=at_s, is_keyframe=index % 2 == 0)
            )
            sink.frame(frame(index + 1, at_s, session))
            world.now_s += 1.0
        raise error("no", camera_id="cam", fault=fault)

    return plan
