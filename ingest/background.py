"""What a camera's picture looks like while nothing moves, learnt cell by cell.

Each cell of the tiny luma plane has a running mean and a running variance. A cell moves when it
is further from its mean, in the light of the moment, than its own noise explains; the picture
moves when cells that touch do.
Sensor noise, coding noise, leaves, rain and flickering lamps differ in their variance, so each
cell tunes its own threshold.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.luma import Luma

DEVIATIONS = 4.5
"""How many standard deviations are no noise. A disturbance there 1/(1 + 4.5²) = 5 % of the
time is in the end taken for noise."""

LEAST_STEP = 5.0
"""Steps of a cell's mean below this are coding noise (keyframes differ from what they replace)."""

TOUCHING_CELLS = 4
"""So many of 3x3 cells move together when a person does; noise comes alone."""

GLOBAL_SHARE = 0.4
"""Where more of the picture changes at once, the light or the camera did."""

MEAN_S = 10.0
"""The mean follows daylight in this time."""

MOVING_MEAN_S = 3.0
"""Where something moves that the analysis does not explain: a shadow, a swaying branch, the place
that somebody left. What it does explain is not learnt at all, or it would leave a ghost."""

LOUDER_S = 15.0
QUIETER_S = 90.0
"""A gust of wind is learnt in seconds and remembered for the next one."""

FIRST_VARIANCE = 9.0

SPARSE = 3
"""The light of the picture is told from every third cell of every third row."""

FEWEST_CELLS = 8
LEAST_RANGE = 12.0
"""Dark and bright cells less far apart tell no gain."""

MOST_GAIN = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """What one look found.

    Attributes:
        is_moving: Whether something moves.
        is_global: Whether all of the picture changed.
        moves: (rows, columns), which cells moved; None where there was nothing to compare with.
    """

    is_moving: bool
    is_global: bool = False
    moves: NDArray[np.bool_] | None = None


class Background:
    """The model of one camera's still picture; `update` looks and learns, `reset` forgets."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the picture; the next look begins anew."""
        self._mean: Luma | None = None
        self._variance: Luma | None = None
        self._last_s = 0.0
        self._first_s = 0.0

    @property
    def age_s(self) -> float:
        """Seconds of picture learnt from."""
        return self._last_s - self._first_s

    def update(self, luma: Luma, time_s: float, *, is_explained: bool) -> Look:
        """Compare with what is known, then learn.

        Args:
            luma: The picture's tiny plane; another shape than before begins anew.
            time_s: Seconds of the session, after that of the look before.
            is_explained: Somebody is known to be here: what moves is then not taken for noise.
        """
        if self._mean is None or self._variance is None or self._mean.shape != luma.shape:
            self._begin(luma, time_s)
            return Look(is_moving=False)
        step_s = time_s - self._last_s
        self._last_s = time_s
        squared, threshold = self._compared(luma)
        moves = squared > threshold
        is_global = bool(np.count_nonzero(moves) > GLOBAL_SHARE * moves.size)
        self._learn_noise(np.minimum(squared, threshold), moves, step_s, is_explained)
        if is_global:
            self._mean = luma.copy()
        else:
            self._learn_mean(luma, moves, step_s, is_explained)
        return Look(is_moving=is_global or touching(moves), is_global=is_global, moves=moves)

    def moves_in(self, luma: Luma) -> bool:
        """Whether something moves in a picture that is not learnt from; True while unknown."""
        if self._mean is None or self._mean.shape != luma.shape:
            return True
        squared, threshold = self._compared(luma)
        return touching(squared > threshold)

    def _compared(self, luma: Luma) -> tuple[Luma, Luma]:
        """Squared distance of each cell from what it looks like now, and what noise explains."""
        assert self._mean is not None
        assert self._variance is not None
        squared = np.square(luma - relit(self._mean, luma))
        return squared, np.maximum(DEVIATIONS**2 * self._variance, LEAST_STEP**2)

    def _begin(self, luma: Luma, time_s: float) -> None:
        self._mean = luma.copy()
        self._variance = np.full(luma.shape, FIRST_VARIANCE, np.float32)
        self._first_s = self._last_s = time_s

    def _learn_mean(
        self, luma: Luma, moves: NDArray[np.bool_], step_s: float, is_explained: bool
    ) -> None:
        assert self._mean is not None
        moving = 0.0 if is_explained else self._rate(step_s, MOVING_MEAN_S)
        rates = np.where(moves, moving, self._rate(step_s, MEAN_S))
        self._mean += rates * (luma - self._mean)

    def _learn_noise(
        self, squared: Luma, moves: NDArray[np.bool_], step_s: float, is_explained: bool
    ) -> None:
        assert self._variance is not None
        change = squared - self._variance
        louder, quieter = self._rate(step_s, LOUDER_S), self._rate(step_s, QUIETER_S)
        rates = np.where(change > 0, louder, quieter)
        if is_explained:
            rates[moves] = 0.0
        self._variance += rates * change

    def _rate(self, step_s: float, time_constant_s: float) -> np.float32:
        """How much of the new look to take; at first as much as makes it the mean of all looks."""
        over_s = max(min(self.age_s, time_constant_s), step_s, 1e-3)
        return np.float32(1.0 - np.exp(-step_s / over_s))


def touching(moves: NDArray[np.bool_]) -> bool:
    """Whether at least `TOUCHING_CELLS` of some 3x3 cells move."""
    if np.count_nonzero(moves) < TOUCHING_CELLS:
        return False
    counts = cv2.boxFilter(
        moves.view(np.uint8), -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT
    )
    return int(counts.max()) >= TOUCHING_CELLS


def relit(mean: Luma, luma: Luma) -> Luma:
    """`mean` in the light of `luma`: a cloud, or the camera's exposure, is a gain and an offset.

    Tukey's resistant line through the dark and the bright third of the cells: what moves in
    less than half of either does not bend it (Exploratory Data Analysis, 1977, chapter 5).
    """
    before, after = mean[::SPARSE, ::SPARSE].ravel(), luma[::SPARSE, ::SPARSE].ravel()
    third = before.size // 3
    if third < FEWEST_CELLS:
        return mean + np.float32(np.median(after - before))
    order = np.argpartition(before, (third, before.size - third))
    dark, bright = order[:third], order[-third:]
    low, high = np.median(before[dark]), np.median(before[bright])
    low_now, high_now = np.median(after[dark]), np.median(after[bright])
    gain = (high_now - low_now) / (high - low) if high - low >= LEAST_RANGE else 1.0
    gain = np.float32(min(max(gain, 1 / MOST_GAIN), MOST_GAIN))
    offset = np.float32(((low_now - gain * low) + (high_now - gain * high)) / 2)
    return gain * mean + offset
