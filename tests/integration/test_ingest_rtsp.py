"""Cameras against a real RTSP server."""

from __future__ import annotations

import time
from pathlib import Path

import av
import numpy as np
import pytest

from ingest.errors import Fault
from ingest.status import CameraState
from ingest.supervisor import Supervisor
from tests.integration.ingest_watched import Watched
from tests.integration.rtsp_rig import Watch
from tests.rtsp_server import MOUNTS, WHAT_TO_INSTALL, RtspServer, file_mount, is_available
from tests.unit.ingest.clips import write_clip

pytestmark = [
    pytest.mark.rtsp,
    pytest.mark.skipif(not is_available(), reason=WHAT_TO_INSTALL),
]

LEFT_HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
FRAME_WITHIN_S = 2.0
STOP_WITHIN_S = 1.5


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_frames_arrive_soon_at_the_rate_asked_for(
    server: RtspServer, watch: Watch, transport: str
) -> None:
    watched = watch(server.url("/video"), transport=transport)
    assert watched.until(lambda: bool(watched.frames), 10.0) < FRAME_WITHIN_S
    watched.until(lambda: watched.frames[-1].at.time_s >= 2.0, 10.0)
    assert watched.camera.status.state is CameraState.STREAMING
    times = [frame.at.time_s for frame in watched.frames]
    assert times[0] == 0.0
    assert np.diff(times) == pytest.approx(0.2, abs=0.05)
    assert watched.camera.counters.decode_errors == 0
    assert watched.frames[0].wh == (320, 240)


@pytest.mark.parametrize("mount", ["/with-audio", "/h265", "/mjpeg"])
def test_other_codecs_stream_and_audio_never_reaches_a_clip(
    server: RtspServer, watch: Watch, tmp_path: Path, mount: str
) -> None:
    watched = watch(server.url(mount))
    watched.until(lambda: bool(watched.frames) and watched.frames[-1].at.time_s >= 1.6, 10.0)
    footage = watched.camera.footage(watched.session, 0.5, 1.5)
    footage.write_mp4(tmp_path / "clip.mp4")
    with av.open(tmp_path / "clip.mp4") as clip:
        assert [stream.type for stream in clip.streams] == ["video"]
        assert clip.streams.video[0].codec_context.name == footage.codec
        pictures = list(clip.decode(video=0))
    assert footage.codec == ("hevc" if mount == "/h265" else "h264")
    assert len(pictures) == pytest.approx((footage.end_s - footage.start_s) * 25 + 1, abs=1)


def test_other_cameras_do_not_notice_a_faulty_one(server: RtspServer, watch: Watch) -> None:
    good = watch(server.url("/video"))
    for url in ("rtsp://127.0.0.1:1/x", server.url("/absent"), "rtsp://camera.invalid/x"):
        watch(url)
    good.until(lambda: bool(good.frames) and good.frames[-1].at.time_s >= 2.0, 8.0)
    assert np.diff([f.at.time_s for f in good.frames]) == pytest.approx(0.2, abs=0.05)


def test_a_file_served_once_ends_as_a_stream_that_ended(watch: Watch, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", frames=30, fps=25, options={"bf": "2"})
    with RtspServer({"/clip": file_mount(clip)}) as server:
        watched = watch(server.url("/clip"), sample_fps=25)
        watched.until(lambda: bool(watched.ends), 10.0)
        watched.camera.stop()
    first = [f for f in watched.frames if f.at.session == watched.frames[0].at.session]
    assert [f.at.number for f in first] == list(range(1, 31))
    assert watched.statuses[1].fault in (Fault.ENDED, Fault.STALLED)


def test_nothing_of_a_masked_camera_shows_what_is_under_the_mask(
    watch: Watch, tmp_path: Path
) -> None:
    white = MOUNTS["/video"].replace("videotestsrc", "videotestsrc pattern=white", 1)
    with RtspServer({"/white": white}) as server:
        watched = watch(server.url("/white"), privacy_masks=[LEFT_HALF])
        watched.until(lambda: bool(watched.frames) and watched.frames[-1].at.time_s >= 1.5, 8.0)
        footage = watched.camera.footage(watched.session, 0.0, 1.5)
        latest = watched.camera.latest_frame()
        watched.camera.stop()
    footage.write_mp4(tmp_path / "clip.mp4")
    with av.open(tmp_path / "clip.mp4") as clip:
        shown = [picture.to_ndarray(format="bgr24") for picture in clip.decode(video=0)]
    shown += [frame.full() for frame in watched.frames]
    shown.append(footage.picture_at(1.0).to_ndarray(format="bgr24"))
    assert latest is not None
    shown.append(latest.full())
    assert len(shown) > 30
    for picture in shown:
        assert picture[:, :160].max() < 40
        assert picture[:, 176:].min() > 220


def test_a_supervisor_stops_many_cameras_together(server: RtspServer) -> None:
    many = [Watched(server.url("/video"), {"id": f"c{index}"}) for index in range(8)]
    many[-1].until(lambda: all(one.frames for one in many), 10.0)
    before_s = time.monotonic()
    Supervisor([one.camera for one in many]).stop()
    assert time.monotonic() - before_s < STOP_WITHIN_S
    assert all(len(one.ends) == 1 for one in many)
