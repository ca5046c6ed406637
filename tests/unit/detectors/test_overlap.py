from __future__ import annotations

import numpy as np
import pytest

from detectors.overlap import overlaps

Box = tuple[float, float, float, float]


@pytest.mark.parametrize(
    ("first", "second", "share"),
    [
        ((0, 0, 10, 10), (0, 0, 10, 10), 1.0),
        ((0, 0, 10, 10), (5, 0, 15, 10), 1 / 3),
        ((0, 0, 10, 10), (10, 0, 20, 10), 0.0),
        ((0, 0, 10, 10), (20, 20, 30, 30), 0.0),
        ((5, 5, 5, 5), (5, 5, 5, 5), 0.0),  # no area
    ],
)
def test_overlap_is_intersection_over_union(first: Box, second: Box, share: float) -> None:
    assert overlaps(np.array([first]), np.array([second])) == pytest.approx(share)


def test_every_box_of_one_meets_every_box_of_the_other() -> None:
    assert overlaps(np.zeros((3, 4)), np.zeros((5, 4), np.float32)).shape == (3, 5)
