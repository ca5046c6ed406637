"""A gated camera against a real RTSP server: at rest while nothing moves, back in time after."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from ingest.gate_hold import GateHold
from ingest.source import RtspSource
from tests.integration.ingest_watched import Watched
from tests.rtsp_server import WHAT_TO_INSTALL, RtspServer, file_mount, is_available
from tests.unit.ingest.scenes import FPS, write_scene

pytestmark = [
    pytest.mark.rtsp,
    pytest.mark.skipif(not is_available(), reason=WHAT_TO_INSTALL),
]


def test_a_quiet_camera_rests_and_wakes_with_what_led_up_to_the_motion(tmp_path: Path) -> None:
    clip = write_scene(tmp_path / "walk.mp4", seconds=12, walks_s=[(7.4, 9.4)])
    with RtspServer({"/walk": file_mount(clip)}) as server:
        make = partial(RtspSource, hold=GateHold())
        watched = Watched(server.url("/walk"), make_source=make)
        try:
            watched.until(lambda: watched.camera.counters.gate_opened > 0, 20.0)
            rested = watched.camera.counters
            watched.until(lambda: watched.frames[-1].at.time_s >= 9.0, 10.0)
        finally:
            watched.camera.stop()
    assert rested.frames_skipped >= 3 * FPS
    assert rested.frames_glanced >= 2
    walking = [f.at.time_s for f in watched.frames if 7.2 <= f.at.time_s <= 9.0]
    assert len(walking) == pytest.approx(9, abs=1)
    assert watched.camera.counters.decode_errors == 0
