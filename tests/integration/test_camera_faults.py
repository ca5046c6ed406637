"""Every fault between a camera and its server: said, survived, and watched again in time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ingest.attempts import SLOW_RETRY_S
from ingest.errors import Fault
from ingest.status import CameraState
from tests.integration.camera_trouble import Outcome, Trouble, play_all
from tests.integration.camera_troubles import (
    HELD_CONNECTIONS,
    KEYFRAME_WAIT_S,
    LOST_CONNECTIONS,
    NO_KEYFRAME,
    SPOILT_STREAMS,
    WRONG_TIMES,
    away,
    other_pictures,
)
from tests.integration.rtsp_rig import Watch
from tests.rtsp_server import VIDEO, WHAT_TO_INSTALL, RtspServer, is_available

pytestmark = [
    pytest.mark.rtsp,
    pytest.mark.skipif(not is_available(), reason=WHAT_TO_INSTALL),
]

BACK_WITHIN_S = 5.0
"""From the server's answer to the first analysed frame, with keyframes every second."""

OTHER_ANSWERS = ("no-such-path", "wrong-password")
OTHER_PICTURES = ("other-size", "other-codec")


@pytest.fixture(scope="module")
def outcomes(server: RtspServer) -> Iterator[Mapping[str, Outcome]]:
    home_port = server.port
    with (
        RtspServer({"/video": VIDEO}, login=("user", "right")) as locked,
        RtspServer({"/elsewhere": VIDEO}) as bare,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("ingest.picture_watch.KEYFRAME_WAIT_S", KEYFRAME_WAIT_S)
        elsewhere = (
            away("no-such-path", Fault.NOT_FOUND, at_port=bare.port, home_port=home_port),
            away("wrong-password", Fault.AUTH, at_port=locked.port, home_port=home_port),
        )
        troubles = (*LOST_CONNECTIONS, *HELD_CONNECTIONS, *SPOILT_STREAMS, *WRONG_TIMES)
        changed = other_pictures(server)
        yield play_all((*troubles, *elsewhere, *changed, NO_KEYFRAME), home_port)


@pytest.fixture
def outcome(request: pytest.FixtureRequest, outcomes: Mapping[str, Outcome]) -> Outcome:
    return outcomes[request.param]


def of(*names: str | Trouble) -> pytest.MarkDecorator:
    every = [name if isinstance(name, str) else name.name for name in names]
    return pytest.mark.parametrize("outcome", every, indirect=True)


@of(*LOST_CONNECTIONS, *SPOILT_STREAMS, *WRONG_TIMES, *OTHER_ANSWERS, NO_KEYFRAME)
def test_a_camera_is_watched_again_soon_after_the_fault(outcome: Outcome) -> None:
    print(f"lasted {outcome.lasted_s:.1f} s, back in {outcome.back_s:.2f} s")  # noqa: T201 - a figure for README
    assert outcome.back_s <= BACK_WITHIN_S


@of(*HELD_CONNECTIONS, *OTHER_PICTURES)
def test_a_connection_that_gives_no_more_pictures_is_replaced_in_time(outcome: Outcome) -> None:
    print(f"told after {outcome.lasted_s:.1f} s, back in {outcome.back_s:.2f} s")  # noqa: T201 - a figure for README
    assert outcome.lasted_s + outcome.back_s <= BACK_WITHIN_S


@of(
    *LOST_CONNECTIONS,
    *HELD_CONNECTIONS,
    *SPOILT_STREAMS,
    *WRONG_TIMES,
    *OTHER_ANSWERS,
    *OTHER_PICTURES,
    NO_KEYFRAME,
)
def test_a_fault_ends_in_streaming_and_at_most_one_line_a_minute(outcome: Outcome) -> None:
    assert outcome.statuses[-1].state is CameraState.STREAMING
    assert len(outcome.lines) <= 1 + outcome.lasted_s // 60


@of(*LOST_CONNECTIONS, *HELD_CONNECTIONS, *OTHER_ANSWERS, *OTHER_PICTURES)
def test_after_a_lost_stream_a_new_session_begins_at_zero(outcome: Outcome) -> None:
    last, first = outcome.frames[outcome.struck_at - 1].at, outcome.frames[-1].at
    assert first.session != last.session
    assert first.time_s == 0.0
    assert outcome.counters.reconnects >= 1


@of(*SPOILT_STREAMS)
def test_a_spoilt_stream_goes_on_and_what_is_broken_is_counted(outcome: Outcome) -> None:
    assert outcome.counters.decode_errors > 0
    assert len(outcome.frames) > outcome.struck_at + 1
    assert {status.state for status in outcome.statuses} == {CameraState.STREAMING}


@of(*WRONG_TIMES)
def test_wrong_timestamps_move_the_time_of_the_session_by_less_than_a_second(
    outcome: Outcome,
) -> None:
    assert len({frame.at.session for frame in outcome.frames}) == 1
    assert outcome.counters.clock_repairs > 0
    times_s = [frame.at.time_s for frame in outcome.frames]
    assert times_s == sorted(times_s)
    struck, last = outcome.frames[outcome.struck_at - 1].at, outcome.frames[-1].at
    real_s = (last.captured_at - struck.captured_at).total_seconds()
    assert last.time_s - struck.time_s == pytest.approx(real_s, abs=1.0)
    assert len(outcome.frames) - outcome.struck_at >= 5 * (real_s - 1.0)


@of("wrong-password")
def test_a_wrong_password_is_tried_once_a_minute_only(outcome: Outcome) -> None:
    assert SLOW_RETRY_S in outcome.waits_s  # which this test does not wait out


@of("other-size")
def test_pictures_of_another_size_are_watched_in_a_new_session(outcome: Outcome) -> None:
    assert outcome.frames[0].wh == (320, 240)
    assert outcome.frames[-1].wh == (640, 360)


def test_a_name_that_did_not_resolve_is_found_when_it_does(
    server: RtspServer, watch: Watch, tmp_path: Path
) -> None:
    address = tmp_path / "address"
    address.write_text("rtsp://camera.invalid/video", "utf-8")
    watched = watch(None, url_file=address)
    watched.until(watched.is_in(CameraState.OFFLINE, Fault.HOST), 10.0)
    address.write_text(server.url("/video"), "utf-8")
    changed_s = time.monotonic()
    watched.until(lambda: bool(watched.frames), 10.0)
    assert time.monotonic() - changed_s <= BACK_WITHIN_S
