"""Figures of the desk's tables for its metrics, counted no more often than a database bears."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from sqlalchemy import func, select

from alerts.case import CaseStatus
from alerts.desk.store import Store
from alerts.desk.tables import CaseRecord, EvidenceRecord
from alerts.schema import EvidenceState

FRESH_S = 30.0
"""Counting a million cases takes a second; Prometheus asks every few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFigures:
    """What the tables hold: cases by status, and bytes of stored evidence."""

    cases: Mapping[CaseStatus, int]
    evidence_bytes: int


class FigureCount:
    """Counts, and remembers it for `FRESH_S`; from any thread."""

    def __init__(self, store: Store, clock: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._clock = clock
        self._lock = Lock()
        self._latest: CaseFigures | None = None
        self._counted_s = 0.0

    def figures(self) -> CaseFigures:
        """At most `FRESH_S` old. Raises SQLAlchemyError or StoreError while there is no store."""
        with self._lock:
            if self._latest is None or self._clock() - self._counted_s >= FRESH_S:
                self._latest = self._count()
                self._counted_s = self._clock()
            return self._latest

    def _count(self) -> CaseFigures:
        by_status = select(CaseRecord.status, func.count().label("number")).group_by(
            CaseRecord.status
        )
        stored = select(func.sum(EvidenceRecord.bytes)).where(
            EvidenceRecord.state == EvidenceState.STORED
        )
        with self._store.reading() as session:
            counted = {row.status: row.number for row in session.execute(by_status)}
            total = session.scalar(stored)
        return CaseFigures(
            cases={status: counted.get(status.value, 0) for status in CaseStatus},
            evidence_bytes=int(total or 0),
        )
