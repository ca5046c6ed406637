"""Which cases moved while a stream was broken and the desk was started again."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from alerts.desk.changes import Change
from alerts.desk.errors import StoreError
from alerts.desk.event_ring import EventRing
from alerts.desk.sight import case_change
from alerts.desk.store import Store
from alerts.desk.tables import CaseRecord, JournalRecord

MOST = 1000
"""Entries worth telling; beyond it is quicker to read anew."""
LOOK_EVERY_S = 5.0


class MissedMoves:
    """Reads the journal; thread-safe."""

    def __init__(
        self, store: Store, ring: EventRing, *, clock: Callable[[], float] = monotonic
    ) -> None:
        self._store = store
        self._ring = ring
        self._clock = clock
        self._next_look_s = 0.0

    def look(self) -> None:
        """Note how far the journal is, now and then, for the places of streams."""
        now_s = self._clock()
        if now_s < self._next_look_s:
            return
        self._next_look_s = now_s + LOOK_EVERY_S
        try:
            with self._store.reading() as session:
                newest = session.scalar(select(func.max(JournalRecord.id)))
        except (SQLAlchemyError, StoreError):
            return  # places say less, and a stream that comes again may have to read anew
        self._ring.journal_is_at(newest or 0, now_s)

    def since(self, entry: int) -> list[Change] | None:
        """The cases with entries after `entry`, as they are now; None where they are too many."""
        query = (
            select(CaseRecord)
            .join(JournalRecord)
            .where(JournalRecord.id > entry)
            .order_by(JournalRecord.id)
            .limit(MOST + 1)
        )
        with self._store.reading() as session:
            found = session.scalars(query).all()
            if len(found) > MOST:
                return None
            cases = {case.code: case for case in found}
            return [case_change(code, case) for code, case in cases.items()]
