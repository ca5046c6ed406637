from __future__ import annotations

import pytest

from detectors.assignment import Matrix
from detectors.association import Pair, associated


@pytest.mark.parametrize(
    ("worth", "is_high", "pairs"),
    [
        ([[0.4, 0.9]], [True, False], [(0, 0)]),  # the confident one, though it overlaps less
        ([[0.05, 0.9]], [True, False], [(0, 1)]),  # too little overlap is none
        ([[0.6, 0.0], [0.5, 0.3]], [True, False], [(0, 0), (1, 1)]),
        ([[0.6, 0.5]], [False, False], [(0, 0)]),
        ([], [True], []),
        ([[]], [], []),
    ],
)
def test_confident_detections_are_associated_before_the_others(
    worth: Matrix, is_high: list[bool], pairs: list[Pair]
) -> None:
    assert associated(worth, is_high, 0.1) == pairs
