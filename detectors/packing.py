"""Rectangles side by side in the smallest input of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detectors.letterbox import Wh
from models.card import ModelInput

SEAM_PX = 8
"""Between rectangles: a cell of the model's finest grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """An input's size, and the left top corner of each rectangle in it."""

    wh: Wh
    corners: tuple[tuple[int, int], ...]

    @property
    def pixels(self) -> int:
        """What a run costs is in proportion."""
        return self.wh[0] * self.wh[1]


def pack(sizes: Sequence[Wh], model_input: ModelInput) -> Packing | None:
    """The smallest input found for rectangles of `sizes`; None where the largest is too small.

    Inputs with fixed sides are not packed: a run costs the same whatever is in it.
    """
    stride, (most_w, most_h) = model_input.stride, model_input.size_wh
    if stride is None:
        return None
    widest = max(width for width, _ in sizes)
    best: Packing | None = None
    for width in range(-(-widest // stride) * stride, most_w + 1, stride):
        corners, used_h = _shelves(sizes, width)
        least_h = max(used_h, -(-model_input.least_px // width))
        height = -(-least_h // stride) * stride
        if height <= most_h and (best is None or width * height < best.pixels):
            best = Packing(wh=(width, height), corners=corners)
    return best


def _shelves(sizes: Sequence[Wh], width: int) -> tuple[tuple[tuple[int, int], ...], int]:
    """Corners of the rectangles in rows of falling height, and the height of all rows."""
    corners = [(0, 0)] * len(sizes)
    left = top = shelf_h = 0
    for number in sorted(range(len(sizes)), key=lambda n: -sizes[n][1]):
        wide, high = sizes[number]
        if left and left + wide > width:
            left, top, shelf_h = 0, top + shelf_h + SEAM_PX, 0
        corners[number] = (left, top)
        left += wide + SEAM_PX
        shelf_h = max(shelf_h, high)
    return tuple(corners), top + shelf_h
