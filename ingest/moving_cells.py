"""Where in the picture something moves, as boxes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.frame import Box, Wh

NEIGHBOURS = 3
"""A moving cell with fewer of them in its 3x3 cells, itself among them, is noise."""


def moving_boxes(moves: NDArray[np.bool_], picture_wh: Wh) -> tuple[Box, ...]:
    """A box around each group of cells that move and touch, in pixels of the picture.

    Args:
        moves: (rows, columns) of a `Look`; the last row and column reach to the picture's edge.
        picture_wh: What the cells are of.
    """
    cells = moves.view(np.uint8)
    counts = cv2.boxFilter(cells, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    together = (moves & (counts >= NEIGHBOURS)).view(np.uint8)
    count, _, groups, _ = cv2.connectedComponentsWithStats(together, connectivity=8)
    if count == 1:  # the background alone
        return ()
    rows, columns = moves.shape
    scale = np.array([picture_wh[0] / columns, picture_wh[1] / rows] * 2)
    low, sides = groups[1:, :2], groups[1:, 2:4]  # left, top, width, height, area
    corners = np.hstack([low, low + sides])
    return tuple((x1, y1, x2, y2) for x1, y1, x2, y2 in (corners * scale).tolist())
