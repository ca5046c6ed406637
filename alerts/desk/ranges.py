"""Ranges of received sequence numbers: sorted, disjoint, not adjacent, both ends included."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

Range = tuple[int, int]


class Ranges:
    """What was received of one camera of one outbox; numbers start at 1."""

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self._ranges = sorted(ranges)

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self._ranges, (number, number))
        return (at > 0 and self._ranges[at - 1][1] >= number) or (
            at < len(self._ranges) and self._ranges[at][0] == number
        )

    def add(self, number: int) -> bool:
        """Whether `number` is new."""
        if number in self:
            return False
        at = bisect_right(self._ranges, (number, number))
        first = last = number
        if at < len(self._ranges) and self._ranges[at][0] == number + 1:
            last = self._ranges.pop(at)[1]
        if at > 0 and self._ranges[at - 1][1] == number - 1:
            first = self._ranges.pop(at - 1)[0]
            at -= 1
        self._ranges.insert(at, (first, last))
        return True

    def fill(self, first: int, last: int) -> None:
        """`first` to `last`, both included, count as received; costs nothing by their number."""
        touching = [each for each in self._ranges if each[0] <= last + 1 and each[1] >= first - 1]
        whole = (
            min([first, *(each[0] for each in touching)]),
            max([last, *(each[1] for each in touching)]),
        )
        self._ranges = sorted([whole, *(each for each in self._ranges if each not in touching)])

    @property
    def received(self) -> tuple[Range, ...]:
        """The ranges, ascending."""
        return tuple(self._ranges)

    @property
    def missing(self) -> tuple[Range, ...]:
        """The gaps from 1 to the highest number received."""
        gaps, expected = [], 1
        for first, last in self._ranges:
            if first > expected:
                gaps.append((expected, first - 1))
            expected = last + 1
        return tuple(gaps)


def new_gaps(before: Iterable[Range], after: Iterable[Range]) -> tuple[Range, ...]:
    """Gaps of `after` that lie in no gap of `before`: those nobody has asked for yet."""
    old = sorted(before)
    return tuple(gap for gap in after if not any(a <= gap[0] and gap[1] <= b for a, b in old))
