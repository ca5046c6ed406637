"""Whether figures over time rise: a least-squares line and how sure its slope is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BLOCKS = 12
"""Neighbouring samples are alike, so single ones would make the slope look surer than it is; blocks
of them are nearly independent. In a run of twelve minutes each is as long as the time between two
trims of the node's heap."""
T_95 = 2.228
"""Student's t for 95 % on both sides and BLOCKS - 2 degrees of freedom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A line `start + slope * hours`; the true slope lies within `low` to `high` with 95 %.

    Attributes:
        blocks: What it goes through.
    """

    blocks: tuple[float, ...]
    start: float
    slope: float
    low: float
    high: float

    def at(self, hours: float) -> float:
        """The line's value."""
        return self.start + self.slope * hours


def trend(hours: Sequence[float], values: Sequence[float], *, at_least: bool = False) -> Trend:
    """Through the medians of `BLOCKS` equal parts of the samples, or what was held `at_least`.

    Medians, because a machine that pauses for seconds loses all cameras at once, and their threads
    with them. Memory rises from one trim of the heap to the next: only its lowest says what is
    held.

    Raises:
        ValueError: There are fewer samples than blocks.
    """
    if len(values) < BLOCKS:
        raise ValueError(f"{len(values)} samples are too few for {BLOCKS} blocks")
    x = np.array([np.mean(part) for part in np.array_split(np.asarray(hours), BLOCKS)])
    one = np.min if at_least else np.median
    y = np.array([one(part) for part in np.array_split(np.asarray(values), BLOCKS)])
    spread = x - x.mean()
    slope = float((spread @ (y - y.mean())) / (spread @ spread))
    start = float(y.mean() - slope * x.mean())
    residuals = y - (start + slope * x)
    error = float(np.sqrt(residuals @ residuals / (BLOCKS - 2) / (spread @ spread)))
    return Trend(
        blocks=tuple(y.tolist()),
        start=start,
        slope=slope,
        low=slope - T_95 * error,
        high=slope + T_95 * error,
    )
