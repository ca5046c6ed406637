"""A picture as a tiny plane of grey, for looks that must cost next to nothing."""

from __future__ import annotations

from typing import TypeAlias

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Luma: TypeAlias = NDArray[np.float32]
"""Mean luma of each cell, 0-255, (rows, columns)."""

MOST_COLUMNS = 96
"""A cell is then 8 pixels of a 704-pixel picture: a person the model can just see has some ten."""

BYTE_LUMA = ("yuv", "yuvj", "nv", "gray")
"""Formats whose first plane is luma begin so; those of 8 bits have one byte a sample."""


def tiny_luma(picture: av.VideoFrame) -> Luma:
    """The picture's luma, averaged over square cells; every second row counts.

    Straight from libav's plane where that is 8-bit luma (all cameras but 10-bit H.265).
    """
    rows = _luma_rows(picture)
    cell_px = _cell_px(rows.shape[1])
    height, width = (max(side // cell_px, 1) for side in rows.shape)
    # Whole cells and an even factor keep OpenCV on its fast path: 60 µs instead of 700.
    whole = rows[: height * cell_px : 2, : width * cell_px]
    tiny = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(tiny, np.float32)


def _cell_px(width: int) -> int:
    return 2 * -(-width // (2 * MOST_COLUMNS))


def _luma_rows(picture: av.VideoFrame) -> NDArray[np.uint8]:
    if not _has_byte_luma(picture):
        return np.asarray(picture.to_ndarray(format="gray"), np.uint8)
    plane = picture.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def _has_byte_luma(picture: av.VideoFrame) -> bool:
    form = picture.format
    is_luma = form.name.startswith(BYTE_LUMA) and not form.name.startswith("yuyv")
    return is_luma and form.components[0].bits == 8 and picture.planes[0].line_size > 0
