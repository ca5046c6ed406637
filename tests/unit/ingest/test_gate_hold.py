from __future__ import annotations

from dataclasses import replace

from ingest.gate_hold import FOLLOW_S, PLACES_S, GateHold
from tests.factories import frame_time

HERE = (10.0, 20.0, 30.0, 80.0)
THERE = (110.0, 20.0, 130.0, 80.0)


def test_places_are_unknown_until_the_analysis_has_spoken() -> None:
    hold = GateHold()
    assert hold.places("s", 0.0) is None
    hold.saw(frame_time(1.0), "coco", ())
    assert hold.places("s", 1.2) == ()


def test_places_of_another_session_or_too_long_ago_are_unknown() -> None:
    hold = GateHold()
    hold.saw(frame_time(1.0), "coco", [HERE])
    assert hold.places("s", 1.0 + PLACES_S) == (HERE,)
    assert hold.places("s", 1.1 + PLACES_S) is None
    assert hold.places("other", 1.2) is None


def test_places_of_all_models_count_and_one_that_lags_makes_them_unknown() -> None:
    hold = GateHold()
    hold.saw(frame_time(1.0), "coco", [HERE])
    hold.saw(frame_time(1.4), "own", [THERE])
    assert hold.places("s", 1.6) == (HERE, THERE)
    hold.saw(frame_time(2.6), "own", [THERE])
    assert hold.places("s", 2.8) is None


def test_the_last_word_of_a_model_replaces_the_one_before() -> None:
    hold = GateHold()
    hold.saw(frame_time(1.0), "coco", [HERE])
    hold.saw(frame_time(1.2), "coco", [THERE])
    assert hold.places("s", 1.4) == (THERE,)


def test_a_camera_is_settled_when_all_its_models_say_so_and_not_for_long() -> None:
    hold = GateHold()
    assert not hold.is_settled("s", 0.0)
    hold.saw(frame_time(1.0), "coco", [HERE], is_settled=True)
    assert hold.is_settled("s", 1.0 + PLACES_S)
    assert not hold.is_settled("s", 1.1 + PLACES_S)
    assert not hold.is_settled("other", 1.2)
    hold.saw(frame_time(1.2), "own", [HERE], is_settled=False)
    assert not hold.is_settled("s", 1.4)
    hold.saw(frame_time(1.4), "own", [HERE], is_settled=True)
    assert hold.is_settled("s", 1.6)


def test_a_model_that_lags_behind_takes_nothing_back() -> None:
    hold = GateHold()
    hold.extend(frame_time(10.0))
    hold.extend(frame_time(7.0))
    assert hold.follows("s", 10.0 + FOLLOW_S)
    hold.extend(replace(frame_time(2.0), session="next"))
    assert hold.follows("next", 2.0)
    assert not hold.follows("next", 10.0)
