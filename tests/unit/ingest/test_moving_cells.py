from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.frame import Box
from ingest.moving_cells import moving_boxes

SHAPE = (72, 88)
WH = (704, 576)


def cells(*where: tuple[slice, slice]) -> NDArray[np.bool_]:
    moves = np.zeros(SHAPE, np.bool_)
    for each in where:
        moves[each] = True
    return moves


@pytest.mark.parametrize(
    ("moves", "boxes"),
    [
        (cells(), ()),
        (cells((slice(4, 5), slice(7, 8))), ()),
        (cells((slice(10, 16), slice(20, 23))), ((160, 80, 184, 128),)),
        (
            cells((slice(10, 16), slice(20, 23)), (slice(40, 44), slice(60, 64))),
            ((160, 80, 184, 128), (480, 320, 512, 352)),
        ),
        (cells((slice(0, 72), slice(0, 88))), ((0, 0, 704, 576),)),
    ],
    ids=["nothing", "noise", "one walker", "two walkers", "everything"],
)
def test_what_moves_together_is_one_box_and_noise_is_none(
    moves: NDArray[np.bool_], boxes: tuple[Box, ...]
) -> None:
    assert moving_boxes(moves, WH) == boxes


def test_the_last_cells_reach_to_the_edge_of_a_picture_that_is_no_multiple_of_them() -> None:
    moves = np.zeros((45, 78), np.bool_)
    moves[40:, 70:] = True
    ((_, _, right, bottom),) = moving_boxes(moves, (626, 360))
    assert (right, bottom) == (626, 360)
