"""A camera with two streams against a real RTSP server: both show the same moments."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.integration.ingest_watched import Watched
from tests.kept_waiting import KeptWaiting
from tests.rtsp_server import WHAT_TO_INSTALL, RtspServer, is_available

pytestmark = [
    pytest.mark.rtsp,
    pytest.mark.skipif(not is_available(), reason=WHAT_TO_INSTALL),
]

FPS = 25
SUB_WH = (352, 288)
MAIN_WH = (704, 576)
PICTURES = 20
USUALLY_S = 0.06
AT_MOST_S = 0.16


def ball(size_wh: tuple[int, int]) -> str:
    """A ball on a half circle, from top to bottom once a second of the wall clock."""
    caps = f"video/x-raw,format=I420,width={size_wh[0]},height={size_wh[1]},framerate={FPS}/1"
    picture = "videotestsrc is-live=true pattern=ball motion=hsweep animation-mode=wall-time"
    return (
        f"{picture} ! {caps} ! openh264enc gop-size={FPS} ! h264parse"
        " ! rtph264pay name=pay0 config-interval=-1"
    )


@pytest.fixture(scope="module")
def server() -> Iterator[RtspServer]:
    with RtspServer({"/sub": ball(SUB_WH), "/main": ball(MAIN_WH)}) as running:
        yield running


def second(picture: NDArray[np.uint8]) -> float:
    """Which part of a wall-clock second the picture shows."""
    rows, columns = np.nonzero(picture[..., 1] > 128)
    height, width = picture.shape[:2]
    angle = np.arctan2(columns.mean() - width / 2, height / 2 - rows.mean())
    return float(angle / np.pi) % 1.0


def apart_s(one: float, other: float) -> float:
    """Seconds between two parts of a second, over its end as well."""
    return abs((one - other + 0.5) % 1.0 - 0.5)


def test_a_picture_of_the_main_stream_is_of_the_moment_analysed(server: RtspServer) -> None:
    watched = Watched(server.url("/main"), {"substream_url": server.url("/sub")})
    apart = []
    try:
        with KeptWaiting() as kept:
            watched.until(lambda: len(watched.frames) >= 10 + PICTURES, 20.0)
        for frame in watched.frames[10:][:PICTURES]:
            still = watched.camera.still(watched.session, frame.at.time_s)
            assert still is not None
            assert ((still.width, still.height), frame.wh) == (MAIN_WH, SUB_WH)
            shown = np.asarray(still.to_ndarray(format="bgr24"), np.uint8)
            apart.append(apart_s(second(shown), second(frame.full())))
    finally:
        watched.camera.stop()
    assert float(np.median(apart)) <= USUALLY_S
    # They are matched by when they arrive: a machine that let nobody read them moves that.
    assert max(apart) <= AT_MOST_S + kept.longest_s
