"""Connections that end leave nothing in circles: collections are rare, and there are thousands."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from ingest import source
from ingest.attempts import Attempts
from ingest.camera_settings import CameraClocks
from ingest.config import CameraConfig
from ingest.frame import Frame
from ingest.gate_hold import GateHold
from ingest.ring import StoredPacket
from ingest.source import RtspSource
from ingest.stream_format import StreamFormat
from ingest.video_input import VideoInput, open_video
from tests.unit.ingest.clips import camera, write_clip

TIMES = 5


class Nowhere:
    """A sink."""

    session = "s"
    streamed_s = 0.0

    def opened(self, stream: StreamFormat) -> None: ...
    def packet(self, packet: StoredPacket) -> None: ...
    def frame(self, frame: Frame) -> None: ...
    def blind(self, reason: str) -> None: ...


@pytest.fixture
def no_collections() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("name", ["clip.mp4", "missing.mp4"], ids=["ended", "not-opened"])
@pytest.mark.usefixtures("no_collections")
def test_a_connection_that_ends_is_freed_at_once(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_clip(tmp_path / "clip.mp4", frames=10)

    def opened(config: CameraConfig, _: str) -> VideoInput:
        return open_video(str(tmp_path / name), camera_id=config.id)

    monkeypatch.setattr(source, "open_rtsp", opened)
    attempts = Attempts(camera(), partial(RtspSource, hold=GateHold()), CameraClocks())
    attempts.run(lambda: False, Nowhere())  # what is made once, and kept
    gc.collect()
    for _ in range(TIMES):
        attempts.run(lambda: False, Nowhere())
    assert gc.collect() < TIMES
    assert attempts.counters.reconnects == TIMES
