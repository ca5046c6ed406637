from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.desk.ranges import Range, Ranges, new_gaps


@given(st.lists(st.integers(1, 40)))
def test_ranges_hold_exactly_what_was_added(numbers: list[int]) -> None:
    ranges, seen = Ranges(), set[int]()
    for number in numbers:
        assert ranges.add(number) == (number not in seen)
        seen.add(number)
    held = {n for first, last in ranges.received for n in range(first, last + 1)}
    lacking = {n for first, last in ranges.missing for n in range(first, last + 1)}
    assert held == seen
    assert held | lacking == set(range(1, max(seen, default=0) + 1))
    assert not held & lacking
    bounds = [bound for span in ranges.received for bound in span]
    assert bounds == sorted(bounds)
    assert all(
        b - a > 1 for (_, a), (b, _) in zip(ranges.received, ranges.received[1:], strict=False)
    )


@pytest.mark.parametrize(
    ("before", "after", "asked"),
    [
        ([], [(3, 4)], [(3, 4)]),
        ([(3, 9)], [(3, 4), (6, 9)], []),  # it is being filled
        ([(3, 4)], [(3, 4), (8, 9)], [(8, 9)]),
        ([(1, 2)], [], []),
    ],
)
def test_a_gap_is_asked_for_only_when_it_is_new(
    before: list[Range], after: list[Range], asked: list[Range]
) -> None:
    assert new_gaps(before, after) == tuple(asked)


@given(
    numbers=st.lists(st.integers(1, 30)),
    spans=st.lists(st.tuples(st.integers(1, 30), st.integers(0, 9))),
)
def test_filling_is_adding_every_number(numbers: list[int], spans: list[tuple[int, int]]) -> None:
    filled, added = Ranges(), Ranges()
    for number in numbers:
        filled.add(number)
        added.add(number)
    for first, length in spans:
        filled.fill(first, first + length)
        for number in range(first, first + length + 1):
            added.add(number)
    assert filled.received == added.received
