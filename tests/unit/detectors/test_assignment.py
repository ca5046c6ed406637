from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.assignment import Matrix, best_pairs

WORTH = st.sampled_from([0.0, 0.0, 0.1, 0.2, 0.35, 0.5, 0.5, 0.77, 1.0])


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    columns = draw(st.integers(0, 5))
    row = st.lists(WORTH, min_size=columns, max_size=columns)
    return draw(st.lists(row, max_size=5))


def greatest_sum(worth: Matrix) -> float:
    """By trying everything; each row may also take one of as many columns worth nothing."""
    if not worth:
        return 0.0
    padded = [[*row, *[0.0] * len(worth)] for row in worth]
    orders = permutations(range(len(padded[0])), len(worth))
    return max(sum(padded[r][c] for r, c in enumerate(order)) for order in orders)


@settings(deadline=None)  # a busy machine is no fault
@given(matrices())
def test_no_other_pairs_are_worth_more(worth: Matrix) -> None:
    pairs = best_pairs(worth)
    assert sum(worth[row][column] for row, column in pairs) == pytest.approx(greatest_sum(worth))
    assert len({row for row, _ in pairs}) == len(pairs) == len({column for _, column in pairs})
    assert all(worth[row][column] > 0 for row, column in pairs)


@pytest.mark.parametrize(
    ("worth", "pairs"),
    [
        ([], []),
        ([[]], []),
        ([[0.0]], []),
        ([[0.9, 0.1], [0.2, 0.8]], [(0, 0), (1, 1)]),
        ([[0.9, 0.8], [0.7, 0.1]], [(0, 1), (1, 0)]),  # 1.5 beats 1.0
        ([[0.9], [0.8]], [(0, 0)]),
        ([[0.5], [0.6]], [(1, 0)]),
    ],
)
def test_rows_that_want_the_same_share_for_the_greatest_sum(
    worth: Matrix, pairs: list[tuple[int, int]]
) -> None:
    assert best_pairs(worth) == pairs
