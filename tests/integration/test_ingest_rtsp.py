"""Cameras against a real RTSP server."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import av
import numpy as np
import pytest

from ingest.camera import Camera
from ingest.camera_settings import CameraCallbacks, CameraSettings
from ingest.config import CameraConfig
from ingest.errors import Fault
from ingest.frame import CameraId, Frame, FrameTime
from ingest.status import CameraState, CameraStatus
from ingest.supervisor import Supervisor
from tests.rtsp_server import MOUNTS, WHAT_TO_INSTALL, RtspServer, file_mount, is_available
from tests.unit.ingest.clips import write_clip

pytestmark = [
    pytest.mark.rtsp,
    pytest.mark.skipif(not is_available(), reason=WHAT_TO_INSTALL),
]

LEFT_HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
FRAME_WITHIN_S = 2.0
STOP_WITHIN_S = 1.5


class Watched:
    """A running camera and what it told."""

    def __init__(self, url: str, **fields: object) -> None:
        given = {"id": "gate", "area": "1", "url": url, "sample_fps": 5} | fields
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


Watch = Callable[..., Watched]


@pytest.fixture
def watch() -> Iterator[Watch]:
    watched: list[Watched] = []

    def start(url: str, **fields: object) -> Watched:
        watched.append(Watched(url, **fields))
        return watched[-1]

    yield start
    for one in watched:
        one.camera.stop()


@pytest.fixture(scope="module")
def server() -> Iterator[RtspServer]:
    with RtspServer() as running:
        yield running


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


@pytest.mark.parametrize(
    ("mount", "fault"),
    [
        ("/absent", Fault.NOT_FOUND),
        ("/only-audio", Fault.NO_VIDEO),
        ("/unsupported", Fault.CODEC),
    ],
)
def test_what_the_server_does_not_have_is_said(watch: Watch, mount: str, fault: Fault) -> None:
    mounts = {path: MOUNTS[path] for path in (mount, "/video") if path in MOUNTS}
    with RtspServer(mounts) as server:
        watched = watch(server.url(mount), open_timeout_s=2.0)
        watched.until(watched.is_in(CameraState.OFFLINE, fault), 10.0)
        watched.camera.stop()


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("rtsp://user:geheim@127.0.0.1:1/x", Fault.REFUSED),
        ("rtsp://user:geheim@camera.invalid/x", Fault.HOST),
    ],
)
def test_an_address_nobody_answers_at_is_said_without_its_password(
    watch: Watch, caplog: pytest.LogCaptureFixture, url: str, fault: Fault
) -> None:
    watched = watch(url)
    watched.until(watched.is_in(CameraState.OFFLINE, fault), 5.0)
    assert "geheim" not in caplog.text


def test_a_wrong_password_is_refused_and_shown_nowhere(
    watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    with RtspServer({"/video": MOUNTS["/video"]}, login=("user", "right")) as server:
        with caplog.at_level(logging.DEBUG):
            wrong = watch(server.url("/video", login="user:geheim"))
            wrong.until(wrong.is_in(CameraState.OFFLINE, Fault.AUTH), 5.0)
            right = watch(server.url("/video", login="user:right"))
            right.until(right.is_in(CameraState.STREAMING), 5.0)
        assert "gate" in caplog.text
        assert "geheim" not in caplog.text
        assert "right@" not in caplog.text
        right.camera.stop()


def test_a_host_that_accepts_but_never_answers_times_out(watch: Watch) -> None:

    with socket.create_server(("127.0.0.1", 0)) as silent:
        watched = watch(f"rtsp://127.0.0.1:{silent.getsockname()[1]}/x", open_timeout_s=0.5)
        assert watched.until(watched.is_in(CameraState.OFFLINE, Fault.TIMEOUT), 5.0) < 2.0


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_a_stream_that_stalls_is_said_and_a_blocked_read_is_stopped_at_once(
    watch: Watch, transport: str
) -> None:
    mounts = {"/stalling": MOUNTS["/stalling"]}
    with RtspServer(mounts, stall_after_s=2.0) as server:
        short = watch(server.url("/stalling"), read_timeout_s=1.0, transport=transport)
        patient = watch(server.url("/stalling"), read_timeout_s=30.0, transport=transport)
        patient.until(lambda: bool(patient.frames), 5.0)
        short.until(lambda: short.camera.counters.stalls == 1, 8.0)
        assert CameraState.STALLED in [status.state for status in short.statuses]
        assert short.ends[0] is not None
        assert patient.camera.status.state is CameraState.STREAMING  # it is in the read
        before_s = time.monotonic()
        patient.camera.stop()
        assert time.monotonic() - before_s < STOP_WITHIN_S
        assert len(patient.ends) == 1
        assert patient.statuses[-1].state is CameraState.STREAMING  # a stop is no fault
        short.camera.stop()


def test_a_camera_that_is_being_opened_stops_at_once(watch: Watch) -> None:

    with socket.create_server(("127.0.0.1", 0)) as silent:
        watched = watch(f"rtsp://127.0.0.1:{silent.getsockname()[1]}/x", open_timeout_s=30.0)
        silent.accept()[0]
        before_s = time.monotonic()
        watched.camera.stop()
        assert time.monotonic() - before_s < STOP_WITHIN_S
        assert watched.statuses == []


def test_a_restarted_server_is_found_again_with_a_new_session(watch: Watch) -> None:
    mounts = {"/video": MOUNTS["/video"]}
    with RtspServer(mounts) as first:
        port = first.port
        watched = watch(first.url("/video"))
        watched.until(lambda: bool(watched.frames) and watched.frames[-1].at.time_s > 1.0, 8.0)
        old = watched.session
    watched.until(lambda: watched.camera.status.state is CameraState.OFFLINE, 8.0)
    count = len(watched.frames)
    with RtspServer(mounts, port=port):
        watched.until(lambda: len(watched.frames) > count, 15.0)
        assert watched.session != old
        assert watched.frames[count].at.time_s == 0.0
        assert watched.ends[0] == watched.frames[count - 1].at
        assert watched.camera.counters.reconnects >= 1
        assert watched.camera.footage(old, 0.0, 1.0).start_s == 0.0
        assert watched.camera.position(old) is None
        watched.camera.stop()


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
    assert len(first) == pytest.approx(30, abs=2)
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
    many = [Watched(server.url("/video"), id=f"c{index}") for index in range(8)]
    many[-1].until(lambda: all(one.frames for one in many), 10.0)
    before_s = time.monotonic()
    Supervisor([one.camera for one in many]).stop()
    assert time.monotonic() - before_s < STOP_WITHIN_S
    assert all(len(one.ends) == 1 for one in many)
