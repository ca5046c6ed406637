"""Which detection belongs to which followed box: the two rounds of ByteTrack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from detectors.assignment import Matrix, best_pairs

Pair: TypeAlias = tuple[int, int]
"""Row of a followed box, place of a detection."""


def associated(worth: Matrix, is_high: Sequence[bool], least: float) -> list[Pair]:
    """Confident detections with all boxes first, then the others with the boxes left over.

    Args:
        worth: Overlap of each followed box (row) with each detection.
        is_high: Whether each detection is a confident one.
        least: Pairs of less overlap are none.
    """
    high = [place for place, is_sure in enumerate(is_high) if is_sure]
    low = [place for place, is_sure in enumerate(is_high) if not is_sure]
    first = _round(worth, range(len(worth)), high, least)
    taken = {row for row, _ in first}
    left = [row for row in range(len(worth)) if row not in taken]
    return first + _round(worth, left, low, least)


def _round(worth: Matrix, rows: Sequence[int], places: Sequence[int], least: float) -> list[Pair]:
    if not rows or not places:
        return []
    part = [[worth[row][place] for place in places] for row in rows]
    pairs = [(rows[row], places[place]) for row, place in best_pairs(part)]
    return [(row, place) for row, place in pairs if worth[row][place] >= least]
