"""Where followed boxes will be: a Kalman filter of constant speed, all tracks at once.

The four sides of a box move independently and are measured equally well, so the filter's
8×8 covariance is one 2×2 block for each track, and its algebra closed form.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

REFERENCE_HZ = 5.0
"""Rate at which the noise below is meant. Measured on vtest and TUD-Campus (10 and 25 frames a
second): IDF1 0.77 and 0.72 at 5 Hz, 0.53 and 0.62 at 30."""

MEASUREMENT_VARIANCE = 0.1
STEP_VARIANCE = 0.01
"""Pixels squared, of a detected side, and of what one step adds to its place and speed."""

STEADY_STEP = 0.02
"""Steps this near to 1 add `STEP_VARIANCE` as it is; others as white noise of acceleration."""

Array = NDArray[np.float64]


class BoxMotion:
    """Boxes with speeds, one row a track."""

    def __init__(self) -> None:
        self._moving: Array = np.empty((2, 0, 4))  # places and speeds
        self._block: Array = np.empty((3, 0))  # variance of place, with speed, of speed

    @property
    def xyxy(self) -> Array:
        """(n, 4) pixels, predicted or corrected."""
        places: Array = self._moving[0]
        return places

    def predict(self, elapsed_s: float) -> None:
        """Move every box on by `elapsed_s` at its speed."""
        step = elapsed_s * REFERENCE_HZ
        places, speeds = self._moving
        places += step * speeds
        place, both, speed = self._block
        place += step * (2 * both + step * speed)
        both += step * speed
        self._block += _added(step)

    def correct(self, rows: list[int], xyxy: NDArray[np.float32]) -> None:
        """Take in what was detected: `xyxy` (k, 4) for k `rows`, each at most once."""
        block = self._block[:, rows]
        gains = block[:2] / (block[0] + MEASUREMENT_VARIANCE)
        off = xyxy - self._moving[0, rows]
        self._moving[:, rows] += gains[:, :, None] * off
        block[2] -= gains[1] * block[1]
        block[:2] *= 1 - gains[0]
        self._block[:, rows] = block

    def add(self, xyxy: NDArray[np.float32]) -> None:
        """Follow new boxes (k, 4) too, in rows after the others."""
        moving = np.stack((xyxy, np.zeros_like(xyxy)))
        unknown = np.array([[1.0], [0.0], [1.0]]).repeat(len(xyxy), axis=1)
        self._moving = np.concatenate((self._moving, moving), axis=1)
        self._block = np.concatenate((self._block, unknown), axis=1)

    def keep(self, rows: list[int]) -> None:
        """Forget all but `rows`, which stay in the order given."""
        self._moving = self._moving[:, rows]
        self._block = self._block[:, rows]


def _added(step: float) -> Array:
    if abs(step - 1) <= STEADY_STEP:
        return np.array([[STEP_VARIANCE], [0.0], [STEP_VARIANCE]])
    squared = step * step
    return STEP_VARIANCE * squared * np.array([[squared / 4], [step / 2], [1.0]])
