from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from ingest.counters import CameraCounters
from ingest.errors import StreamEndedError
from ingest.live_packets import LivePackets
from ingest.video_input import open_video
from tests.unit.ingest.clips import camera
from tests.unit.ingest.scenes import FPS, write_scene


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scene(tmp_path_factory.mktemp("scenes") / "still.mp4", seconds=3)


def read(clip: Path, transport: str, patience_s: float) -> tuple[CameraCounters, list[float], int]:
    """Read to the end as from a camera: each packet is waited for."""
    clock, slept, counters = count(), list[float](), CameraCounters()
    with open_video(str(clip), camera_id="cam") as video:
        packets = LivePackets(
            video,
            camera(transport=transport),
            counters,
            monotonic=lambda: next(clock) / (2 * FPS),
            sleep=slept.append,
        )
        for number in count():
            try:
                packet = packets.next()
            except StreamEndedError:
                return counters, slept, number
            packets.let_queue(packet, number / FPS, patience_s)
    raise AssertionError("a file ends")


def test_packets_queue_up_while_nobody_needs_them(clip: Path) -> None:
    counters, slept, number = read(clip, "tcp", 0.3)
    assert number == 3 * FPS
    assert set(slept) == {0.3}
    assert counters.pauses == len(slept) >= FPS


@pytest.mark.parametrize(("transport", "patience_s"), [("udp", 0.3), ("tcp", 0.0)])
def test_what_would_be_lost_or_is_needed_is_read_at_once(
    clip: Path, transport: str, patience_s: float
) -> None:
    counters, slept, number = read(clip, transport, patience_s)
    assert (number, slept, counters.pauses) == (3 * FPS, [], 0)
