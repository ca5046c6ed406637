"""Cameras and everything that can be wrong with an RTSP address."""

from __future__ import annotations

import logging
import socket
import time

import pytest

from ingest.errors import Fault
from ingest.status import CameraState
from tests.integration.rtsp_rig import Watch
from tests.leaks import planted
from tests.rtsp_server import MOUNTS, WHAT_TO_INSTALL, RtspServer, is_available

pytestmark = [
    pytest.mark.rtsp,
    pytest.mark.skipif(not is_available(), reason=WHAT_TO_INSTALL),
]

STOP_WITHIN_S = 1.5
BACK_WITHIN_S = 5.0


@pytest.mark.parametrize(
    ("mount", "fault"),
    [
        ("/absent", Fault.NOT_FOUND),
        ("/only-audio", Fault.NO_VIDEO),
        ("/unsupported", Fault.CODEC),
    ],
)
def test_what_the_server_does_not_have_is_said(
    server: RtspServer, watch: Watch, mount: str, fault: Fault
) -> None:
    watched = watch(server.url(mount), open_timeout_s=4.0)
    watched.until(watched.is_in(CameraState.OFFLINE, fault), 10.0)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        (f"rtsp://user:{planted('geheim')}@127.0.0.1:1/x", Fault.REFUSED),
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
        with silent.accept()[0]:  # it is connected, and waits for an answer
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
        watched.until(lambda: len(watched.frames) > count, BACK_WITHIN_S)
        assert watched.session != old
        assert watched.frames[count].at.time_s == 0.0
        assert watched.ends[0] == watched.frames[count - 1].at
        assert watched.camera.counters.reconnects >= 1
        assert watched.camera.footage(old, 0.0, 1.0).start_s == 0.0
        assert watched.camera.position(old) is None
        watched.camera.stop()
