"""One connection; real ones are in tests/integration."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from ingest.config import CameraConfig
from ingest.counters import CameraCounters
from ingest.frame import Frame, FrameUse
from ingest.gate_hold import GateHold
from ingest.ring import StoredPacket
from ingest.source import RtspSource
from ingest.stream_format import StreamFormat
from ingest.video_input import VideoInput, open_video
from tests.unit.ingest.clips import camera
from tests.unit.ingest.scenes import write_scene


class Sink:
    """Asks to stop at the second frame that is caught up on."""

    def __init__(self) -> None:
        self.uses: list[FrameUse] = []

    def should_stop(self) -> bool:
        return self.uses.count(FrameUse.CAUGHT_UP) >= 2

    def opened(self, stream: StreamFormat) -> None: ...

    def packet(self, packet: StoredPacket) -> None: ...

    def frame(self, frame: Frame) -> None:
        self.uses.append(frame.use)

    def blind(self, reason: str) -> None: ...


def of_file(path: Path) -> object:
    def opened(given: CameraConfig, address: str) -> AbstractContextManager[VideoInput]:
        return open_video(str(path), camera_id=given.id)

    return opened


@pytest.fixture
def walked(tmp_path: Path) -> Path:
    return write_scene(tmp_path / "walked.mp4", seconds=12, walks_s=[(6.3, 9.3)])


def test_a_camera_that_is_left_stops_in_the_middle_of_catching_up(
    walked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.source.open_rtsp", of_file(walked))
    sink, counters = Sink(), CameraCounters()
    source = RtspSource(camera(), session="s", counters=counters, hold=GateHold())
    source.run(sink.should_stop, sink)
    assert sink.uses.count(FrameUse.CAUGHT_UP) == 2
    assert counters.gate_opened == 1
