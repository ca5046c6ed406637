from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.letterbox import Letterbox
from models.card import Letterboxing, ModelInput

sizes = st.tuples(st.integers(16, 4000), st.integers(16, 4000))


def square(side: int, letterbox: Letterboxing = Letterboxing.CENTRE) -> ModelInput:
    return ModelInput(name="images", size_wh=(side, side), letterbox=letterbox, pad=114)


FREE = ModelInput(
    name="images",
    size_wh=(416, 416),
    stride=32,
    least_px=25_600,
    letterbox=Letterboxing.CENTRE,
    pad=0,
)


@pytest.mark.parametrize(
    ("source", "inner", "left", "top"),
    [
        ((416, 416), (416, 416), 0, 0),
        ((704, 576), (416, 340), 0, 38),
        ((480, 640), (312, 416), 52, 0),
        ((626, 360), (416, 239), 0, 88),
    ],
)
def test_picture_is_centred_and_undistorted(
    source: tuple[int, int], inner: tuple[int, int], left: int, top: int
) -> None:
    letterbox = Letterbox.fit(source, square(416))
    assert (letterbox.inner_wh, letterbox.left_px, letterbox.top_px) == (inner, left, top)


def test_padding_surrounds_the_image_in_a_dirty_canvas() -> None:
    letterbox = Letterbox.fit((40, 20), square(40))
    canvas = np.full((40, 40, 3), 7, np.uint8)
    letterbox.place(np.full((20, 40, 3), 200, np.uint8), canvas, pad=114)
    assert (canvas[:10] == 114).all()
    assert (canvas[10:30] == 200).all()
    assert (canvas[30:] == 114).all()


@given(sizes, st.tuples(*[st.floats(0, 1)] * 4))
def test_boxes_come_back_to_where_they_were(
    source: tuple[int, int], fractions: tuple[float, float, float, float]
) -> None:
    letterbox = Letterbox.fit(source, square(416))
    box = np.sort(np.array(fractions).reshape(2, 2), axis=0).reshape(1, 4)
    inner = box * np.array(letterbox.inner_wh * 2)
    inside = inner + np.array([letterbox.left_px, letterbox.top_px] * 2)
    back = letterbox.to_source(inside.astype(np.float32))
    assert np.allclose(back, box * np.array(source * 2), atol=0.01 * max(source))


def test_boxes_beyond_the_picture_are_clipped() -> None:
    letterbox = Letterbox.fit((200, 100), square(416))
    back = letterbox.to_source(np.array([[-50, -50, 900, 900]], np.float32))
    assert back.tolist() == [[0, 0, 200, 100]]


def test_a_card_may_want_the_picture_top_left() -> None:
    letterbox = Letterbox.fit((200, 100), square(416, Letterboxing.TOP_LEFT))
    assert (letterbox.inner_wh, letterbox.left_px, letterbox.top_px) == ((416, 208), 0, 0)
    back = letterbox.to_source(np.array([[0, 0, 416, 208]], np.float32))
    assert back.tolist() == [[0, 0, 200, 100]]


@pytest.mark.parametrize(
    ("source", "input_wh"),
    [
        ((704, 576), (416, 352)),
        ((1280, 720), (416, 256)),
        ((1080, 1920), (256, 416)),
        ((416, 416), (416, 416)),
        ((4000, 100), (416, 64)),  # as many pixels as the model must have
    ],
)
def test_a_free_input_is_only_as_large_as_the_picture_needs(
    source: tuple[int, int], input_wh: tuple[int, int]
) -> None:
    free, fixed = Letterbox.fit(source, FREE), Letterbox.fit(source, square(416))
    assert free.input_wh == input_wh
    assert free.inner_wh == fixed.inner_wh  # the same scale: the model sees the same sizes


@given(sizes)
def test_a_free_input_fits_picture_and_model(source: tuple[int, int]) -> None:
    letterbox = Letterbox.fit(source, FREE)
    width, height = letterbox.input_wh
    assert width % 32 == height % 32 == 0
    assert width * height >= 25_600
    assert letterbox.inner_wh <= (width, height) <= (416, 416)
    assert letterbox.left_px + letterbox.inner_wh[0] <= width
    assert letterbox.top_px + letterbox.inner_wh[1] <= height
