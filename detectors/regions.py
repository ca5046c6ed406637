"""Which parts of a picture the model looks at: disjoint rectangles around what matters."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.letterbox import Wh
from ingest.frame import Box

Part = tuple[int, int, int, int]
"""left, top, right, bottom in whole pixels."""

COLUMNS = 96
"""Parts are made of cells, some 8 pixels of a 704-pixel picture: what overlaps or touches on so
coarse a grid is one part, and OpenCV finds it in microseconds."""

MARGIN_CELLS = 2
MARGIN = 0.25
"""Added on each side, of the box's own: only what moves of somebody is known, and a model sees
people better with something around them."""

LEAST_CELLS = 12
"""Of a part's side: a walker near enough to be recognised fits in."""


def parts_of(look_at: Sequence[Box], source_wh: Wh) -> tuple[Part, ...]:
    """Rectangles of the picture that hold every box with a margin; none overlaps another."""
    if not look_at:
        return ()
    cell_px = -(-source_wh[0] // COLUMNS)
    grid_wh = (-(-source_wh[0] // cell_px), -(-source_wh[1] // cell_px))
    cells = _disjoint(_cells(np.array(look_at) / cell_px, grid_wh), grid_wh)
    parts = np.minimum(cells * cell_px, np.array(source_wh * 2))
    return tuple((left, top, right, bottom) for left, top, right, bottom in parts.tolist())


def _cells(boxes: NDArray[np.float64], grid_wh: Wh) -> NDArray[np.int64]:
    """The cells that each box covers, grown: (n, 4), each within the grid and not empty."""
    sides = boxes[:, 2:] - boxes[:, :2]
    wanted = np.maximum(sides * (1 + 2 * MARGIN) + 2 * MARGIN_CELLS, LEAST_CELLS)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    low = np.floor(middle - wanted / 2).clip(0, np.array(grid_wh) - 1)
    high = np.ceil(middle + wanted / 2).clip(low + 1, grid_wh)
    return np.hstack([low, high]).astype(np.int64)


def _disjoint(cells: NDArray[np.int64], grid_wh: Wh) -> NDArray[np.int64]:
    """Rectangles around what overlaps or touches, until nothing does."""
    while True:
        grid = np.zeros(grid_wh[::-1], np.uint8)
        for left, top, right, bottom in cells.tolist():
            grid[top:bottom, left:right] = 1
        count, _, groups, _ = cv2.connectedComponentsWithStats(grid, connectivity=4)
        if count - 1 == len(cells):
            return cells
        low, sides = groups[1:, :2], groups[1:, 2:4]  # left, top, width, height, area
        cells = np.hstack([low, low + sides]).astype(np.int64)
