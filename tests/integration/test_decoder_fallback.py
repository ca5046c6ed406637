"""Hardware decoders of the installed libav, on a machine with the hardware or without."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.integration.ingest_watched import Watched
from tests.rtsp_server import WHAT_TO_INSTALL, RtspServer, is_available

pytestmark = [
    pytest.mark.rtsp,
    pytest.mark.skipif(not is_available(), reason=WHAT_TO_INSTALL),
]


@pytest.fixture(scope="module")
def server() -> Iterator[RtspServer]:
    with RtspServer() as running:
        yield running


@pytest.mark.parametrize("choice", ["auto", "cuvid", "qsv", "v4l2m2m"])
@pytest.mark.parametrize("mount", ["/video", "/h265"])
def test_frames_come_whether_or_not_there_is_the_hardware_asked_for(
    server: RtspServer, mount: str, choice: str
) -> None:
    watched = Watched(server.url(mount), {"decoder": choice})
    try:
        watched.until(lambda: bool(watched.frames) and watched.frames[-1].at.time_s >= 2.0, 15.0)
    finally:
        watched.camera.stop()
    times = [frame.at.time_s for frame in watched.frames]
    assert times[0] == 0.0  # what was tried first cost no frame
    assert np.diff(times) == pytest.approx(0.2, abs=0.05)
    counters = watched.camera.counters
    codec = {"/video": "h264", "/h265": "hevc"}[mount]
    assert counters.decoder.startswith(codec)
    assert counters.decoder_fallbacks == (counters.decoder == codec)
