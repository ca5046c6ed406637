"""A straight line through measured points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import linear_regression


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """y = intercept + slope * x."""

    slope: float
    intercept: float


def line_through(xs: Sequence[float], ys: Sequence[float]) -> Line:
    """The least-squares line; through one point, the one from the origin.

    Raises:
        ValueError: No points, or several that all have the same x.
    """
    if not xs:
        raise ValueError("no points")
    if len(xs) == 1:
        return Line(slope=ys[0] / xs[0], intercept=0.0)
    if len(set(xs)) == 1:
        raise ValueError("all points have the same x")
    slope, intercept = linear_regression(xs, ys)
    return Line(slope=slope, intercept=intercept)
