"""How much boxes have in common."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TINY = np.finfo(np.float64).tiny
"""Keeps boxes without area from being divided by 0."""


def overlaps(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    """Intersection over union of every box of `first` with every one of `second`.

    Args:
        first: (n, 4) xyxy.
        second: (m, 4) xyxy.

    Returns:
        (n, m) in 0–1; 0 for boxes without area.
    """
    ours, theirs = np.asarray(first, np.float64)[:, None], np.asarray(second, np.float64)
    shared = _areas(
        np.maximum(ours[..., :2], theirs[:, :2]), np.minimum(ours[..., 2:], theirs[:, 2:])
    )
    union = _areas(ours[..., :2], ours[..., 2:]) + _areas(theirs[:, :2], theirs[:, 2:]) - shared
    whole: NDArray[np.float64] = shared / np.maximum(union, TINY)
    return whole


def _areas(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
    sides = np.maximum(high - low, 0)
    areas: NDArray[np.float64] = sides[..., 0] * sides[..., 1]
    return areas
