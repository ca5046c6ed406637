from __future__ import annotations

import numpy as np

from detectors.nms import NmsConfig, suppress

CONFIG = NmsConfig(min_confidence=0.3, iou=0.5)
BOXES = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [50, 50, 60, 60], [0, 0, 10, 10]], np.float32)


def scores(*rows: tuple[float, float]) -> np.ndarray:
    return np.array(rows, np.float32)


def test_overlapping_boxes_of_a_class_leave_the_most_confident() -> None:
    found = suppress(BOXES, scores((0.6, 0), (0.9, 0), (0.5, 0), (0.1, 0)), CONFIG)
    assert found.xyxy.tolist() == [[1, 0, 11, 10], [50, 50, 60, 60]]
    assert np.allclose(found.confidence, [0.9, 0.5])


def test_classes_do_not_suppress_each_other() -> None:
    found = suppress(BOXES, scores((0.6, 0), (0, 0), (0, 0), (0, 0.7)), CONFIG)
    assert found.class_id.tolist() == [1, 0]


def test_one_box_may_stand_for_two_classes() -> None:
    found = suppress(BOXES[:1], scores((0.6, 0.4)), CONFIG)
    assert found.class_id.tolist() == [0, 1]


def test_nothing_above_the_threshold_is_an_empty_result_of_the_right_shape() -> None:
    found = suppress(BOXES, np.zeros((4, 2), np.float32), CONFIG)
    assert found.xyxy.shape == (0, 4)
    assert found.class_id.dtype == np.int64


def test_candidates_are_bounded_by_the_most_confident() -> None:
    boxes = np.array([[x * 20, 0, x * 20 + 10, 10] for x in range(50)], np.float32)
    rising = np.linspace(0.4, 0.9, 50, dtype=np.float32).reshape(50, 1)
    found = suppress(boxes, rising, NmsConfig(min_confidence=0.3, iou=0.5, max_candidates=5))
    assert np.allclose(found.confidence, rising[:-6:-1, 0])
