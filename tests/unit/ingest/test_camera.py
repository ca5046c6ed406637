from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from ingest.attempts import SLOW_RETRY_S
from ingest.backoff import AFTER_TIMEOUT_S, LONGEST_S
from ingest.config import CameraConfig
from ingest.errors import (
    Fault,
    FootageGoneError,
    SourceAuthError,
    SourceFormatError,
    SourceOpenError,
    SourceStalledError,
    StreamEndedError,
)
from ingest.ring import StoredPacket
from ingest.sessions import KEEP_S
from ingest.source import Sink
from ingest.status import CameraState
from ingest.supervisor import Supervisor
from tests.unit.ingest.clips import camera, frame
from tests.unit.ingest.world import FORMAT, Plan, World, fails, streams

ended = streams(10, StreamEndedError, Fault.ENDED)
refused = fails(SourceOpenError, Fault.REFUSED)


@pytest.mark.parametrize(
    ("plan", "state", "fault", "wait_s"),
    [
        (fails(SourceAuthError, Fault.AUTH), CameraState.OFFLINE, Fault.AUTH, SLOW_RETRY_S),
        (refused, CameraState.OFFLINE, Fault.REFUSED, 1.0),
        (fails(SourceStalledError, Fault.STALLED), CameraState.STALLED, Fault.STALLED, 1.0),
        (fails(SourceFormatError, Fault.CODEC), CameraState.OFFLINE, Fault.CODEC, SLOW_RETRY_S),
        (
            fails(SourceFormatError, Fault.NO_VIDEO),
            CameraState.OFFLINE,
            Fault.NO_VIDEO,
            SLOW_RETRY_S,
        ),
    ],
)
def test_each_fault_has_its_state_and_its_wait(
    plan: Plan, state: CameraState, fault: Fault, wait_s: float
) -> None:
    world = World(plan).run()
    assert world.states == [(state, fault)]
    assert world.waits[0] == wait_s


def test_retries_wait_longer_and_longer_until_a_stream_was_good() -> None:
    world = World(refused, refused, refused, ended, refused).run()
    assert world.waits[:5] == [1, 2, LONGEST_S, 1, 2]


def test_a_stream_that_breaks_at_once_does_not_reset_the_waits() -> None:
    brief = streams(2, StreamEndedError, Fault.ENDED)
    assert World(brief, brief, brief).run().waits[:3] == [1, 2, LONGEST_S]


@pytest.mark.parametrize(
    ("plan", "wait_s"),
    [
        (fails(SourceOpenError, Fault.TIMEOUT), AFTER_TIMEOUT_S),
        (streams(3, SourceStalledError, Fault.STALLED), AFTER_TIMEOUT_S),
        (fails(SourceStalledError, Fault.STALLED), LONGEST_S),
    ],
    ids=["no answer", "silent after pictures", "silent from the first"],
)
def test_who_waited_for_an_answer_already_waits_no_longer(plan: Plan, wait_s: float) -> None:
    assert World(plan, plan, plan).run().waits[2] == wait_s


def test_a_stream_without_pictures_is_stalled_until_one_comes() -> None:
    def blind(_: World, sink: Sink, session: str, __: object) -> None:
        sink.opened(FORMAT)
        sink.blind("no keyframe")
        sink.frame(frame(1, 0.0, session))

    assert World(blind).run().states == [
        (CameraState.STALLED, Fault.STALLED),
        (CameraState.STREAMING, None),
    ]


@pytest.mark.parametrize("step_s", [3600.0, -3600.0])
def test_a_step_of_the_wall_clock_changes_no_wait_and_no_session(step_s: float) -> None:
    def stepped(world: World, sink: Sink, session: str, should_stop: Callable[[], bool]) -> None:
        sink.opened(FORMAT)
        sink.frame(frame(1, 0.0, session))
        world.step_s = step_s
        assert not should_stop()
        world.now_s += 10.0
        raise StreamEndedError("no", camera_id="cam", fault=Fault.ENDED)

    world = World(refused, stepped, refused, refused, ended).run()
    assert world.waits[:4] == [1, 1, 2, LONGEST_S]
    assert len(world.sessions) == 6
    shown_s = (world.since[-1] - world.since[0]).total_seconds()
    assert shown_s == pytest.approx(step_s, abs=60.0)  # the time of day alone is another


def test_a_status_is_told_once_and_says_since_when() -> None:
    world = World(refused, refused, ended).run()
    assert world.states == [
        (CameraState.OFFLINE, Fault.REFUSED),
        (CameraState.STREAMING, None),
        (CameraState.OFFLINE, Fault.ENDED),
    ]
    assert [(at - world.since[0]).total_seconds() for at in world.since] == [0.0, 3.0, 13.0]


def test_every_connection_is_a_session_of_its_own_and_its_end_is_told() -> None:
    world = World(ended, refused, streams(0, StreamEndedError, Fault.ENDED)).run()
    assert len(set(world.sessions)) == len(world.sessions)
    assert [session for session, _ in world.ends] == [world.sessions[0], world.sessions[2]]
    last = world.ends[0][1]
    assert last is not None
    assert (last.time_s, last.session) == (9.0, world.sessions[0])
    assert world.ends[1][1] is None


def test_reconnects_and_stalls_are_counted() -> None:
    stalled = streams(3, SourceStalledError, Fault.STALLED)
    counters = World(refused, stalled, stalled).run().camera.counters
    assert (counters.reconnects, counters.stalls) == (3, 2)


def test_a_fault_of_ours_ends_the_attempt_not_the_camera_and_shows_no_password(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def bug(*_: object) -> None:
        raise RuntimeError("at rtsp://u:geheim@h/x")

    world = World(bug, ended).run()
    assert world.waits[0] == SLOW_RETRY_S
    assert world.frames == 10
    assert "RuntimeError" in caplog.text
    assert "geheim" not in caplog.text


def test_a_traceback_shows_the_password_of_the_address_in_no_form(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def bug(*_: object) -> None:
        raise RuntimeError("password ge'heim x, sent as ge%27heim%20x, to admin:ge'heim x")

    config = camera(url="rtsp://admin:ge'heim x@h/x")
    World(bug, ended, config=config).run()
    assert "RuntimeError" in caplog.text
    assert "heim" not in caplog.text


def test_a_refused_password_is_tried_only_at_long_intervals() -> None:
    wrong = fails(SourceAuthError, Fault.AUTH)
    assert World(wrong, wrong, wrong, ended).run().waits[:3] == [SLOW_RETRY_S] * 3


def test_faults_are_logged_at_most_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        World(*[refused] * 12, chance=0.05).run()
    assert len(caplog.records) == 1


def test_footage_of_the_last_session_is_kept_for_a_while_and_position_only_of_the_present() -> None:
    seen: list[tuple[float | None, float | None, float]] = []

    def look(world: World, sink: Sink, session: str, _: object) -> None:
        sink.opened(FORMAT)
        sink.packet(StoredPacket(payload=b"x", time_s=5.0, decode_s=5.0, is_keyframe=True))
        old = world.sessions[0]
        kept = world.camera.footage(old, 3.0, 6.0)
        seen.append((world.camera.position(old), world.camera.position(session), kept.start_s))
        world.now_s += KEEP_S
        with pytest.raises(FootageGoneError):
            world.camera.footage(old, 3.0, 6.0)
        assert world.camera.footage(session, 5.0, 6.0).start_s == 5.0

    World(ended, look).run()
    assert seen == [(None, 5.0, 2.0)]


def test_a_masked_camera_gives_masked_footage() -> None:
    config = camera(privacy_masks=[((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))])
    world = World(ended, config=config).run()
    assert type(world.camera.footage(world.sessions[0], 0.0, 9.0)).__name__ == "MaskedFootage"


def household(until: str, hours: str | None = None) -> CameraConfig:
    consent = {"until": until, "hours": hours, "purpose": "火情"}
    return camera(owner="household", consent=consent)


def test_a_household_camera_is_opened_only_within_its_consent() -> None:
    def watched(world: World, sink: Sink, session: str, should_stop: Callable[[], bool]) -> None:
        sink.opened(FORMAT)
        while not should_stop():
            sink.frame(frame(1, 0.0, session))
            world.now_s += 60.0

    # It is 08:00 in Shanghai when the world begins.
    world = World(watched, config=household("2026-06-01", "08:30-09:00")).run_until_closed()
    assert [state for state, _ in world.states] == [
        CameraState.CLOSED_BY_CONSENT,
        CameraState.STREAMING,
        CameraState.CLOSED_BY_CONSENT,
    ]
    opened_s, closed_s = ((at - world.since[0]).total_seconds() for at in world.since[1:])
    assert opened_s == pytest.approx(30 * 60, abs=2)
    assert closed_s == pytest.approx(60 * 60, abs=62)
    assert len(world.sessions) == 1
    assert world.camera.latest_frame() is None


@pytest.mark.parametrize(
    "config", [camera(owner="household"), household("2026-05-31")], ids=["none", "run out"]
)
def test_without_consent_a_household_camera_is_never_opened(config: CameraConfig) -> None:
    world = World(ended, config=config).run_until_closed()
    assert world.sessions == []
    assert world.states == [(CameraState.CLOSED_BY_CONSENT, None)]


def test_starting_and_stopping_twice_is_harmless() -> None:
    world = World()
    for _ in range(2):
        world.camera.start()
    for _ in range(2):
        world.camera.stop()
    assert len(world.sessions) <= 1


def test_a_supervisor_runs_all_its_cameras_and_refuses_two_of_one_id() -> None:
    first, second = World(config=camera(id="one")), World(config=camera(id="two"))
    with Supervisor([first.camera, second.camera]) as supervisor:
        assert set(supervisor.cameras) == {"one", "two"}
    supervisor.stop()
    with pytest.raises(ValueError, match="two cameras"):
        Supervisor([first.camera, World(config=camera(id="one")).camera])
