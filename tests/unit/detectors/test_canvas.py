from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.canvas import Canvas, Piece, canvases
from detectors.cutout import Cutout
from detectors.nms import Boxes
from tests.unit.detectors.test_letterbox import FREE


def found(*boxes: tuple[float, float, float, float]) -> Boxes:
    count = len(boxes)
    return Boxes(
        xyxy=np.array(boxes, np.float32).reshape(count, 4),
        confidence=np.linspace(0.9, 0.5, count, dtype=np.float32),
        class_id=np.arange(count, dtype=np.int64),
    )


def cutout(*parts: tuple[int, int, int, int]) -> Cutout:
    return Cutout(source_wh=(800, 600), scaled_wh=(400, 300), parts=parts)


@st.composite
def cutouts(draw: st.DrawFn) -> dict[int, Cutout]:
    """Of one to four pictures, with parts side by side in each."""
    shown = {}
    for place in range(draw(st.integers(1, 4))):
        lefts = draw(st.lists(st.sampled_from([0, 130, 270]), min_size=1, max_size=3, unique=True))
        tops = [draw(st.integers(0, 200)) for _ in lefts]
        sides = [(draw(st.integers(8, 120)), draw(st.integers(8, 100))) for _ in lefts]
        shown[place] = cutout(
            *((x, y, x + w, y + h) for x, y, (w, h) in zip(lefts, tops, sides, strict=True))
        )
    return shown


@given(cutouts(), st.tuples(*[st.floats(0.02, 0.98)] * 4))
def test_a_box_in_a_part_comes_back_to_its_picture_and_place(
    shown: dict[int, Cutout], shares: tuple[float, float, float, float]
) -> None:
    (x1, x2), (y1, y2) = sorted(shares[:2]), sorted(shares[2:])
    seen = 0
    for canvas in canvases(shown, FREE):
        for piece in canvas.pieces:
            left, top, right, bottom = piece.part
            wide, high = right - left, bottom - top
            inner = np.array([x1 * wide, y1 * high, x2 * wide, y2 * high])
            inner = inner.clip(0.51, [wide - 0.51, high - 0.51] * 2)
            split = canvas.split(found(tuple(inner + np.array(piece.corner * 2))))
            expected = (inner + np.array([left, top] * 2)) * 2
            assert np.allclose(split[piece.place].xyxy, expected[None], atol=1e-3)
            assert all(len(each.xyxy) == 0 for i, each in split.items() if i != piece.place)
            seen += 1
    assert seen == sum(len(each.parts) for each in shown.values())


@given(cutouts(), st.tuples(*[st.floats(0, 416)] * 4))
def test_a_box_over_a_seam_is_of_nobody_and_any_other_of_one_part(
    shown: dict[int, Cutout], corners: tuple[float, float, float, float]
) -> None:
    (x1, x2), (y1, y2) = sorted(corners[:2]), sorted(corners[2:])
    for canvas in canvases(shown, FREE):
        kept = sum(len(each.xyxy) for each in canvas.split(found((x1, y1, x2, y2))).values())
        holding = sum(
            piece.corner[0] <= (x1 + x2) / 2 < piece.corner[0] + piece.part[2] - piece.part[0]
            and piece.corner[1] <= (y1 + y2) / 2 < piece.corner[1] + piece.part[3] - piece.part[1]
            and is_within_where_cut(piece, (x1, y1, x2, y2))
            for piece in canvas.pieces
        )
        assert kept == holding <= 1


def is_within_where_cut(piece: Piece, box: tuple[float, float, float, float]) -> bool:
    """Whether the box ends before each edge where there is more of the picture beyond."""
    left, top, right, bottom = piece.part
    x, y = piece.corner
    return (
        (left == 0 or box[0] >= x + 0.5)
        and (top == 0 or box[1] >= y + 0.5)
        and (right == 400 or box[2] <= x + right - left - 0.5)
        and (bottom == 300 or box[3] <= y + bottom - top - 0.5)
    )


def test_at_the_pictures_own_edge_a_box_is_clipped_not_dropped() -> None:
    (canvas,) = canvases({0: cutout((0, 0, 100, 100))}, FREE)
    assert canvas.split(found((-5, -3, 40, 60)))[0].xyxy.tolist() == [[0, 0, 80, 120]]


def test_parts_of_several_cameras_share_an_input_until_it_costs_more() -> None:
    small, large = cutout((10, 10, 110, 110)), cutout((0, 0, 400, 290))
    shared = list(canvases({0: small, 1: small, 2: large}, FREE))
    assert [canvas.places for canvas in shared] == [{0, 1}, {2}]


def test_pixels_are_copied_to_their_corner_and_seams_are_padding() -> None:
    shown = {0: cutout((10, 20, 110, 80)), 3: cutout((200, 100, 260, 140))}
    images = {i: np.full((300, 400, 3), 50 + i, np.uint8) for i in shown}
    (canvas,) = canvases(shown, FREE)
    tensor = canvas.fill(images, pad=7)
    assert tensor.shape == (1, canvas.wh[1], canvas.wh[0], 3)
    assert np.count_nonzero(tensor == 50) == 100 * 60 * 3
    assert np.count_nonzero(tensor == 53) == 60 * 40 * 3
    assert set(np.unique(tensor)) == {7, 50, 53}


def test_boxes_of_one_picture_stay_in_the_order_of_their_confidence() -> None:
    (canvas,) = canvases({0: cutout((10, 10, 60, 60), (200, 200, 260, 260))}, FREE)
    first, second = canvas.pieces
    boxes = [
        (piece.corner[0] + 5.0, piece.corner[1] + 5.0, piece.corner[0] + 9.0, piece.corner[1] + 9.0)
        for piece in (second, first, second)
    ]
    split = canvas.split(found(*boxes))[0]
    assert split.class_id.tolist() == [0, 1, 2]
    assert split.xyxy[1].tolist() == [30, 30, 38, 38]


def test_what_fits_no_input_is_refused() -> None:
    with pytest.raises(ValueError, match="fits no input"):
        list(canvases({0: cutout((0, 0, 400, 300), (0, 0, 400, 300))}, FREE))


def test_without_parts_there_is_no_canvas() -> None:
    assert list[Canvas](canvases({}, FREE)) == []
