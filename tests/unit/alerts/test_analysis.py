from __future__ import annotations

import pytest

from alerts.analysis import CameraAnalysis
from alerts.watch import CameraWatch
from detectors.tracker import Tracker
from tests.factories import CAMERA, detections, frame_time

BOX = (10.0, 10.0, 40.0, 90.0)
PERSON, CAR = 0, 1


def analysis() -> CameraAnalysis:
    """Follows persons only."""
    watch = CameraWatch.build([], [], site="s", camera_id=CAMERA, model_id="coco")
    return CameraAnalysis([PERSON], Tracker(CAMERA, ("person", "car")), watch)


@pytest.mark.parametrize(
    ("confidence", "class_id", "expected"),
    [(0.9, PERSON, True), (0.61, PERSON, True), (0.5, PERSON, False), (0.9, CAR, False)],
)
def test_what_could_start_a_track_is_followed_at_once(
    confidence: float, class_id: int, expected: bool
) -> None:
    one = analysis()
    one.update(detections(BOX, confidence=confidence, class_id=class_id))
    assert one.is_following is expected


def test_a_track_is_followed_while_it_is_seen_also_faintly() -> None:
    one = analysis()
    followed = []
    for index in range(12):
        boxes = (BOX,) if index < 8 else ()
        confidence = 0.9 if index < 4 else 0.5
        one.update(
            detections(*boxes, confidence=confidence, at=frame_time(index / 5, number=index + 1))
        )
        followed.append(one.is_following)
    assert followed == [True] * 8 + [False] * 4
