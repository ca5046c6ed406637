"""Deletes evidence whose time is over, and files that no case knows of."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, contains_eager

from alerts.desk.changes import Change, Changes
from alerts.desk.clock import Clock, utc_now
from alerts.desk.journal import DELETED, SYSTEM, JournalKind, write
from alerts.desk.retention_holding import OVER, is_shown_by_an_open_case, new_plan
from alerts.desk.retention_plan import Piece, RetentionPlan
from alerts.desk.retention_rules import RetentionRules
from alerts.desk.shelf import Shelf, StoredItem
from alerts.desk.sight import case_change
from alerts.desk.store import Store
from alerts.desk.tables import CaseRecord, EvidenceRecord
from alerts.desk.thumbnails import Forgets
from alerts.schema import EvidenceState

AT_ONCE = 200

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Counters:
    """Since the start."""

    deleted: int = 0
    deleted_bytes: int = 0
    unreferenced: int = 0


class Retention:
    """Passes over all evidence in steps of bounded work; one thread calls it.

    The case is told first, in one transaction with its journal, and the file goes after: a crash
    in between leaves a file that no case knows of, never a case whose evidence is gone unsaid.
    """

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        rules: RetentionRules,
        copies: Forgets,
        changes: Changes,
        *,
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._rules = rules
        self._copies = copies
        self._changes = changes
        self._clock = clock
        self._plan: RetentionPlan | None = None
        self._after: tuple[datetime, int] | None = None
        self._items: Iterator[StoredItem] | None = None
        self.counters = Counters()

    def step(self) -> bool:
        """One piece of work; False: the pass is over, the next call begins another.

        Raises:
            SQLAlchemyError: The store is away.
            OSError, EvidenceError: Files cannot be listed or removed; the next pass does it.
        """
        if self._items is not None:
            return self._prune()
        if self._plan is None:
            self._plan, self._after = self._begin(), None
        if not self._expire(self._plan):
            self._plan = None
            self._items = self._shelf.items() if self._has_evidence() else iter(())
        return True

    def _has_evidence(self) -> bool:
        """A database without any is not the one that this store belongs to: nothing is pruned."""
        with self._store.reading() as session:
            return session.scalars(select(EvidenceRecord.id).limit(1)).first() is not None

    def _begin(self) -> RetentionPlan:
        with self._store.reading() as session:
            return new_plan(session, self._rules, self._clock())

    def _expire(self, plan: RetentionPlan) -> bool:
        """The next closed cases, oldest first; whether there may be more."""
        with self._store.writing() as session:
            records = self._next(session)
            gone = [each for each in records if plan.takes(self._piece(each))]
            hashes = {each.sha256 for each in gone if each.sha256 is not None}
            sizes = sum(each.bytes or 0 for each in gone)
            cases = self._tell(session, gone)
            session.flush()
            free = hashes - _referenced(session, hashes)
        self.counters.deleted += len(gone)
        self.counters.deleted_bytes += sizes
        for case in cases:
            self._changes.publish(case)
        for sha256 in free:
            self._remove(sha256)
        if len(records) < AT_ONCE:
            return False
        self._after = (records[-1].case.queued_at, records[-1].id)
        return not plan.is_done_at(self._after[0])

    def _next(self, session: Session) -> Sequence[EvidenceRecord]:
        query = (
            select(EvidenceRecord)
            .join(EvidenceRecord.case)
            .options(contains_eager(EvidenceRecord.case))
            .where(
                CaseRecord.status.in_(OVER),
                ~is_shown_by_an_open_case(),
                EvidenceRecord.state == EvidenceState.STORED,
                EvidenceRecord.sha256.is_not(None),
            )
            .order_by(CaseRecord.queued_at, EvidenceRecord.id)
            .limit(AT_ONCE)
            .with_for_update()  # an alert may be reopening the case
        )
        if self._after is not None:
            at, number = self._after
            is_later = and_(CaseRecord.queued_at == at, EvidenceRecord.id > number)
            query = query.where(or_(CaseRecord.queued_at > at, is_later))
        return session.scalars(query).all()

    def _piece(self, record: EvidenceRecord) -> Piece:
        case = record.case
        return Piece(
            size=record.bytes or 0,
            kept_from=case.queued_at,
            limit=self._rules.limit(case.camera_id, case.area_id),
            is_needed=case.status not in OVER,
        )

    def _tell(self, session: Session, gone: Sequence[EvidenceRecord]) -> list[Change]:
        now = self._clock()
        cases = {each.case.code: each.case for each in gone}
        for record in gone:
            record.sha256 = record.bytes = None
        for case in cases.values():
            write(session, case, JournalKind.EVIDENCE, actor=SYSTEM, at=now, note=DELETED)
            case.updated_at = now
        return [case_change(case.code, case) for case in cases.values()]

    def _prune(self) -> bool:
        """The next files; those that no case knows of after long enough are removed."""
        assert self._items is not None
        items = list(islice(self._items, AT_ONCE))
        if not items:
            self._items = None
            return False
        before = self._clock() - self._rules.unreferenced
        old = {item.name for item in items if item.stored_at < before}
        with self._store.reading() as session:
            strays = old - _referenced(session, old)
        for name in strays:
            self._remove(name)
        self.counters.unreferenced += len(strays)
        if strays:
            logger.info(
                "removed %d files that no case knows of",
                len(strays),
                extra={"action": "evidence-unreferenced"},
            )
        return True

    def _remove(self, name: str) -> None:
        self._copies.forget(name)
        self._shelf.remove(name)


def _referenced(session: Session, names: set[str]) -> set[str]:
    if not names:
        return set()
    query = select(EvidenceRecord.sha256).where(EvidenceRecord.sha256.in_(names)).distinct()
    return {sha256 for sha256 in session.scalars(query) if sha256 is not None}
