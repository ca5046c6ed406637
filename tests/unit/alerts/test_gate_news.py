from __future__ import annotations

from alerts.gate_news import tell
from ingest.gate_hold import GateHold
from tests.factories import detections, frame_time
from tests.unit.alerts.test_judge import BOX, analysis

FAINT = 0.4


def test_a_person_seen_is_told_with_the_place_and_keeps_the_gate_open() -> None:
    hold, seen = GateHold(), analysis()
    at = frame_time(1.0)
    seen.update(detections(BOX, at=at))
    tell(hold, at, "coco", seen)
    assert hold.places("s", 1.2) == (BOX,)
    assert hold.follows("s", 1.2)


def test_somebody_seen_too_faintly_to_be_followed_is_a_place_but_holds_nothing() -> None:
    hold, seen = GateHold(), analysis()
    at = frame_time(1.0)
    seen.update(detections(BOX, at=at, confidence=FAINT))
    tell(hold, at, "coco", seen)
    assert hold.places("s", 1.2) == (BOX,)
    assert not hold.follows("s", 1.2)


def test_somebody_lost_is_looked_for_where_he_was() -> None:
    hold, seen = GateHold(), analysis()
    for number in range(3):
        seen.update(detections(BOX, at=frame_time(number * 0.2, number=number + 1)))
    at = frame_time(0.6, number=4)
    seen.update(detections(at=at))
    tell(hold, at, "coco", seen)
    assert hold.places("s", 0.8) == (BOX,)


def test_of_another_label_there_is_no_place() -> None:
    hold, seen = GateHold(), analysis()
    at = frame_time(1.0)
    seen.update(detections(BOX, at=at, class_id=1))
    tell(hold, at, "coco", seen)
    assert hold.places("s", 1.2) == ()


def test_that_only_an_end_is_waited_for_is_told() -> None:
    hold, seen = GateHold(), analysis()
    settled = []
    for number in range(10):
        at = frame_time(number * 0.2, number=number + 1)
        seen.update(detections(BOX, at=at))
        tell(hold, at, "coco", seen)
        settled.append(hold.is_settled("s", at.time_s + 0.1))
    assert settled[:5] == [False] * 5, "the rule raises after a second"
    assert settled[-3:] == [True] * 3
