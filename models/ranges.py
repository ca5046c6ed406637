"""Chooses the range of each integer tensor from what was seen of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.affine import Affine
from models.graph import Graph
from models.quantise import COMPUTING, MOVING

_GRID = 40  # shares of each end that are tried as the range's end
_SMALLEST_SHARE = 10  # of _GRID, for the upper end

# How far from the least-error range towards the extremes the chosen one lies. The rare high values
# are few in the error but are what a detector fires on: cutting them off costs accuracy.
_WIDENING = 0.5

_HIGHEST_LOGIT = 3.0  # a score of 0.95


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histogram:
    """Counts of a tensor's values in equal bins from `low` to `high`."""

    low: float
    high: float
    counts: NDArray[np.int64]

    @property
    def centres(self) -> NDArray[np.float64]:
        """The middle of each bin."""
        step = (self.high - self.low) / len(self.counts)
        return self.low + (np.arange(len(self.counts), dtype=np.float64) + 0.5) * step


def integer_tensors(graph: Graph) -> tuple[str, ...]:
    """Outputs of the operations that run on integers; those after the head's choice do not."""
    head = next((i for i, n in enumerate(graph.nodes) if n.op == "TopK"), len(graph.nodes))
    return tuple(n.outputs[0] for n in graph.nodes[:head] if n.op in COMPUTING)


def plan_ranges(
    graph: Graph, seen: Mapping[str, Histogram], *, floors: Mapping[str, float]
) -> dict[str, Affine]:
    """One mapping for each integer tensor, shared where tensors are concatenated.

    Args:
        graph: the float graph.
        seen: values of every tensor of `integer_tensors`.
        floors: tensors whose values below this mean nothing, such as hopeless logits.
    """
    ends = {
        name: _chosen_ends(histogram, slope=_slope_after(graph, name), floor=floors.get(name))
        for name, histogram in seen.items()
    }
    planned: dict[str, Affine] = {}
    for group in _concatenated(graph, tuple(seen)):
        lows, highs = zip(*(ends[name] for name in group), strict=True)
        planned |= dict.fromkeys(group, Affine.over(min(lows), max(highs)))
    return planned


def _slope_after(graph: Graph, name: str) -> float:
    """What negative values are multiplied with next: they may be coarser by as much."""
    for node in graph.consumers(name):
        if node.op == "LeakyRelu":
            alpha = node.attributes["alpha"]
            return alpha if isinstance(alpha, float) else 1.0
        if node.op == "MaxPool":
            return _slope_after(graph, node.outputs[0])
    return 1.0


def _chosen_ends(histogram: Histogram, *, slope: float, floor: float | None) -> tuple[float, float]:
    """The range with the least error, widened; the low end less where it matters less.

    Scores (with a `floor`) reach beyond the highest value seen in calibration: an officer reads
    them, and cut off they would all end at the same confidence.
    """
    low, high = _best_ends(histogram, slope=slope, floor=floor)
    if floor is not None:
        return low, max(histogram.high, _HIGHEST_LOGIT)
    low += (min(histogram.low, 0.0) - low) * _WIDENING * slope**0.5
    return low, high + (max(histogram.high, 0.0) - high) * _WIDENING


def _best_ends(histogram: Histogram, *, slope: float, floor: float | None) -> tuple[float, float]:
    """The range with the least squared error after the activation that follows."""
    values, counts = histogram.centres, histogram.counts
    low, high = min(histogram.low, 0.0), max(histogram.high, 0.0)
    lows = [low * share / _GRID for share in range(1, _GRID + 1)] if floor is None else [floor]
    highs = [high * share / _GRID for share in range(_SMALLEST_SHARE, _GRID + 1)]
    weights = np.where(values < 0, slope**2, 1.0) * counts

    def error(ends: tuple[float, float]) -> float:
        scale = max((ends[1] - ends[0]) / 255, 1e-9)
        zero = np.clip(np.round(-ends[0] / scale), 0, 255)
        held = (np.clip(np.round(values / scale) + zero, 0, 255) - zero) * scale
        return float((weights * (held - values) ** 2).sum())

    return min(((a, b) for a in lows for b in highs), key=error)


def _concatenated(graph: Graph, names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Groups of `names` whose integers meet in one tensor without being computed with."""
    group = {name: frozenset({name}) for name in names}
    for node in graph.nodes:
        if node.op in MOVING and node.inputs[0] in group:
            members = frozenset().union(*(group[t] for t in node.inputs if t in group))
            for name in (*members, *node.inputs, node.outputs[0]):
                group[name] = members
    done: set[str] = set()
    for name in names:
        if name not in done:
            # A later concatenation may have widened the group of an earlier member.
            members = max((g for g in group.values() if name in g), key=len)
            done |= members
            yield tuple(sorted(members))
