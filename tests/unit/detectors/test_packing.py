from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from detectors.packing import SEAM_PX, pack
from tests.unit.detectors.test_letterbox import FREE, square

side = st.integers(1, 200)


@given(st.lists(st.tuples(side, side), min_size=1, max_size=8))
def test_rectangles_lie_in_the_input_with_seams_between_them(sizes: list[tuple[int, int]]) -> None:
    packing = pack(sizes, FREE)
    if packing is None:
        assert sum(width * height for width, height in sizes) > 0.2 * 416 * 416
        return
    width, height = packing.wh
    assert width % 32 == height % 32 == 0
    assert width <= 416
    assert height <= 416
    assert packing.pixels >= 25_600
    placed = [(x, y, x + w, y + h) for (x, y), (w, h) in zip(packing.corners, sizes, strict=True)]
    assert all(right <= width and bottom <= height for _, _, right, bottom in placed)
    for i, (left, top, right, bottom) in enumerate(placed):
        for x1, y1, x2, y2 in placed[:i]:
            apart = max(x1 - right, left - x2, y1 - bottom, top - y2)
            assert apart >= SEAM_PX


def test_one_small_rectangle_needs_the_smallest_input_only() -> None:
    packing = pack([(60, 100)], FREE)
    assert packing is not None
    assert packing.pixels == 25_600


def test_what_is_too_large_is_not_packed() -> None:
    assert pack([(417, 20)], FREE) is None
    assert pack([(20, 417)], FREE) is None
    assert pack([(400, 300), (400, 200)], FREE) is None


def test_an_input_with_fixed_sides_is_not_packed() -> None:
    assert pack([(20, 20)], square(416)) is None
