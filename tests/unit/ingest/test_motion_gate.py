from __future__ import annotations

import numpy as np

from ingest.gate_hold import FOLLOW_S, WATCH_S, GateHold
from ingest.motion_gate import FOLLOWED_LOOK_S, LINGER_S, MotionGate
from tests.unit.ingest.clips import frame_time
from tests.unit.ingest.test_background import STILL, with_person


def learnt(hold: GateHold | None = None) -> MotionGate:
    """A gate that has seen the still picture for ten seconds."""
    gate = MotionGate("s", hold or GateHold())
    for time_s in np.arange(0, 10, 0.2):
        gate.update(STILL, float(time_s))
    return gate


def test_it_begins_closed_and_learns_what_is_there() -> None:
    gate = MotionGate("s", GateHold())
    assert not gate.is_open(0.0)
    gate.update(STILL, 0.0)
    assert not gate.is_open(0.1)


def test_it_opens_on_the_look_that_shows_motion_and_lingers() -> None:
    gate = learnt()
    assert not gate.is_open(11.0)
    gate.update(with_person(STILL, 30), 11.0)
    assert gate.is_open(11.0)
    gate.update(STILL, 12.0)
    assert gate.is_open(11.0 + LINGER_S - 0.1)
    assert not gate.is_open(12.0 + LINGER_S)


def test_a_look_at_what_is_caught_up_later_changes_nothing() -> None:
    gate = learnt()
    gate.update(with_person(STILL, 30), 5.0)
    assert not gate.is_open(11.0)


def test_somebody_followed_holds_it_open_in_that_session_only() -> None:
    hold = GateHold()
    gate, other = learnt(hold), MotionGate("other", hold)
    hold.extend(frame_time(time_s=20.0, session="s"))
    assert gate.is_open(20.0 + FOLLOW_S)
    assert not gate.is_open(20.1 + FOLLOW_S)
    assert not other.is_open(20.0)


def test_it_is_watched_longer_than_open_after_somebody_was_followed() -> None:
    hold = GateHold()
    gate = learnt(hold)
    hold.extend(frame_time(time_s=20.0, session="s"))
    assert gate.is_watched(20.0 + WATCH_S)
    assert not gate.is_watched(20.1 + WATCH_S)


def test_whoever_is_followed_leaves_no_ghost_where_he_stood() -> None:
    hold = GateHold()
    gate = learnt(hold)
    for time_s in np.arange(12, 40, 0.2):
        hold.extend(frame_time(time_s=float(time_s), session="s"))
        gate.update(with_person(STILL, 30), float(time_s))
    gate.update(STILL, 40.0)
    assert not gate.is_open(40.0 + FOLLOW_S)


def test_what_the_analysis_does_not_explain_is_soon_part_of_the_picture() -> None:
    gate = learnt()
    for time_s in np.arange(12, 30, 0.2):
        gate.update(with_person(STILL, 30), float(time_s))
    assert not gate.is_open(30.0)


def test_after_a_reset_it_knows_nothing() -> None:
    gate = learnt()
    gate.reset()
    gate.update(with_person(STILL, 30), 0.0)
    gate.update(with_person(STILL, 30), 2.0)
    assert not gate.is_open(2.0)


def test_while_somebody_is_followed_fewer_looks_are_enough() -> None:
    hold = GateHold()
    gate = learnt(hold)  # the last look was at 9.8 s
    assert gate.needs_look(10.0)
    hold.extend(frame_time(time_s=10.0, session="s"))
    assert not gate.needs_look(10.2)
    assert gate.needs_look(9.8 + FOLLOWED_LOOK_S)
    assert gate.needs_look(10.1 + FOLLOW_S)
