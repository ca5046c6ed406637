from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from detectors.regions import LEAST_CELLS, Part, parts_of
from ingest.frame import Box

WH = st.tuples(st.integers(160, 2600), st.integers(120, 2000))


@st.composite
def pictures(draw: st.DrawFn) -> tuple[tuple[int, int], list[Box]]:
    """A picture's size and boxes in it."""
    wh = draw(WH)
    sides = [st.floats(0, side, allow_nan=False) for side in wh]
    boxes = draw(st.lists(st.tuples(sides[0], sides[1], sides[0], sides[1]), max_size=12))
    return wh, [(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)) for x1, y1, x2, y2 in boxes]


def overlap(one: Part, other: Part) -> bool:
    across = max(one[0], other[0]) < min(one[2], other[2])
    return across and max(one[1], other[1]) < min(one[3], other[3])


@given(pictures())
def test_every_box_lies_in_one_part_and_no_part_overlaps_another(
    picture: tuple[tuple[int, int], list[Box]],
) -> None:
    wh, boxes = picture
    parts = parts_of(boxes, wh)
    assert not any(overlap(one, other) for i, one in enumerate(parts) for other in parts[:i])
    for x1, y1, x2, y2 in boxes:
        assert sum(p[0] <= x1 and p[1] <= y1 and x2 <= p[2] and y2 <= p[3] for p in parts) >= 1
    for left, top, right, bottom in parts:
        assert 0 <= left < right <= wh[0]
        assert 0 <= top < bottom <= wh[1]


def test_without_boxes_there_is_nothing_to_look_at() -> None:
    assert parts_of((), (704, 576)) == ()


def test_what_is_near_is_one_part_and_what_is_far_another() -> None:
    near, far = (300.0, 300.0, 320.0, 360.0), (600.0, 40.0, 620.0, 100.0)
    assert len(parts_of([near, (330.0, 300.0, 350.0, 360.0)], (704, 576))) == 1
    assert len(parts_of([near, far], (704, 576))) == 2


def test_a_small_part_is_grown_to_what_a_person_needs() -> None:
    ((left, top, right, bottom),) = parts_of([(400.0, 300.0, 402.0, 302.0)], (704, 576))
    assert min(right - left, bottom - top) >= LEAST_CELLS * 8
    assert max(right - left, bottom - top) <= (LEAST_CELLS + 2) * 8


def test_a_larger_box_has_a_larger_margin() -> None:
    parts = [parts_of([(300.0, 200.0, 300 + s, 200 + s)], (704, 576))[0] for s in (60, 120, 200)]
    margins = [300 - left for left, *_ in parts]
    assert all(smaller < larger for smaller, larger in pairwise(margins))
