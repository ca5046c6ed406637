"""Which evidence goes: a decision over pieces that come oldest first; no clock, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.desk.retention_rules import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stored snapshot or clip of a case.

    Attributes:
        kept_from: What its age is counted from.
        is_needed: Its case is open.
    """

    size: int
    kept_from: datetime
    limit: Limit
    is_needed: bool


class RetentionPlan:
    """One pass over all evidence, oldest first; sizes shrink with what is taken out.

    Args of the constructor: what each group holds in bytes, the bound of all of it, and the time
    at which the pass began.
    """

    def __init__(
        self,
        held: Mapping[str, int],
        limits: Mapping[str, Limit],
        *,
        max_bytes: int | None,
        shortest: timedelta | None,
        now: datetime,
    ) -> None:
        self._held = dict(held)
        self._limits = dict(limits)
        self._max_bytes = max_bytes
        self._shortest = shortest
        self._now = now

    def takes(self, piece: Piece) -> bool:
        """Whether this piece goes; if so, it is not counted any more."""
        if piece.is_needed or not (self._is_old(piece) or self._is_over(piece.limit)):
            return False
        self._held[piece.limit.group] = self._held.get(piece.limit.group, 0) - piece.size
        return True

    def is_done_at(self, kept_from: datetime) -> bool:
        """Whether nothing that is kept from then on can go."""
        is_young = self._shortest is None or self._now - kept_from <= self._shortest
        return is_young and not any(self._is_over(each) for each in self._limits.values())

    def _is_old(self, piece: Piece) -> bool:
        age = piece.limit.age
        return age is not None and self._now - piece.kept_from > age

    def _is_over(self, limit: Limit) -> bool:
        if self._max_bytes is not None and sum(self._held.values()) > self._max_bytes:
            return True
        return limit.max_bytes is not None and self._held.get(limit.group, 0) > limit.max_bytes
