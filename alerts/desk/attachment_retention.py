"""Attachments go with their case, after the same time as its evidence; then stray files.

Sizes count together with evidence, which goes first where there is too much: what officers brought
themselves is not made again by any camera. Both go oldest first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from alerts.desk.attachment_folder import AttachmentFolder
from alerts.desk.attachment_tables import AttachmentRecord
from alerts.desk.changes import Change, Changes
from alerts.desk.clock import Clock, utc_now
from alerts.desk.journal import DELETED, SYSTEM, JournalKind, write
from alerts.desk.retention import Counters
from alerts.desk.retention_holding import OVER, is_shown_by_an_open_case, new_plan
from alerts.desk.retention_plan import Piece, RetentionPlan
from alerts.desk.retention_rules import RetentionRules
from alerts.desk.sight import case_change
from alerts.desk.store import Store
from alerts.desk.tables import CaseRecord
from alerts.desk.thumbnails import Forgets

AT_ONCE = 200
COMMITTED = timedelta(hours=1)
"""A file written since may be of a case that is being committed: it waits for a later pass."""


class Step(Protocol):
    """A pass of bounded pieces."""

    def step(self) -> bool: ...  # noqa: D102


class AttachmentRetention:
    """One thread calls it; the case is told first and the file goes after."""

    def __init__(
        self,
        store: Store,
        folder: AttachmentFolder,
        rules: RetentionRules,
        copies: Forgets,
        changes: Changes,
        *,
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._folder = folder
        self._rules = rules
        self._copies = copies
        self._changes = changes
        self._clock = clock
        self._plan: RetentionPlan | None = None
        self._after: tuple[datetime, int] | None = None
        self.counters = Counters()

    def step(self) -> bool:
        """Deal with some; False: the pass is over. Raises as `Retention.step`."""
        if self._plan is None:
            self._plan, self._after = self._begin(), None
        if self._expire(self._plan):
            return True
        self._plan = None
        self._prune()
        return False

    def _begin(self) -> RetentionPlan:
        with self._store.reading() as session:
            return new_plan(session, self._rules, self._clock())

    def _expire(self, plan: RetentionPlan) -> bool:
        """The next of closed cases, oldest first; whether there may be more."""
        told = list[Change]()
        with self._store.writing() as session:
            found = self._next(session)
            gone = [each for each in found if plan.takes(self._piece(*each))]
            sizes = sum(each.bytes for each, _ in gone)
            hashes = {each.sha256 for each, _ in gone if each.sha256 is not None}
            for record, case in gone:
                told.append(self._forget(session, record, case))
            session.flush()
            free = hashes - _referenced(session, hashes)
            last = (found[-1][1].queued_at, found[-1][0].id) if len(found) == AT_ONCE else None
        self.counters.deleted += len(gone)
        self.counters.deleted_bytes += sizes
        for change in told:
            self._changes.publish(change)
        for sha256 in free:
            self._copies.forget(sha256)
            self._folder.remove(sha256, written_before=self._clock() - COMMITTED)
        self._after = last
        return last is not None and not plan.is_done_at(last[0])

    def _next(self, session: Session) -> list[tuple[AttachmentRecord, CaseRecord]]:
        query = (
            select(AttachmentRecord, CaseRecord)
            .join(CaseRecord, CaseRecord.id == AttachmentRecord.case_id)
            .where(
                AttachmentRecord.sha256.is_not(None),
                CaseRecord.status.in_(OVER),
                ~is_shown_by_an_open_case(),
            )
            .order_by(CaseRecord.queued_at, AttachmentRecord.id)
            .limit(AT_ONCE)
            .with_for_update()
        )
        if self._after is not None:
            at, number = self._after
            is_later = and_(CaseRecord.queued_at == at, AttachmentRecord.id > number)
            query = query.where(or_(CaseRecord.queued_at > at, is_later))
        return [(record, case) for record, case in session.execute(query)]

    def _piece(self, record: AttachmentRecord, case: CaseRecord) -> Piece:
        return Piece(
            size=record.bytes,
            kept_from=case.queued_at,
            limit=self._rules.limit(case.camera_id, case.area_id),
            is_needed=case.status not in OVER,
        )

    def _forget(self, session: Session, record: AttachmentRecord, case: CaseRecord) -> Change:
        record.sha256, now = None, self._clock()
        write(session, case, JournalKind.EVIDENCE, actor=SYSTEM, at=now, note=DELETED)
        case.updated_at = now
        return case_change(case.code, case)

    def _prune(self) -> None:
        """What a crash left behind before any case knew of it; nothing of another database's."""
        before = self._clock() - max(self._rules.unreferenced, timedelta(days=1))
        items = self._folder.files.items() if self._has_any() else iter(())
        while some := list(islice(items, AT_ONCE)):
            old = {each.name for each in some if each.stored_at < before}
            with self._store.reading() as session:
                strays = old - _referenced(session, old)
            for name in strays:
                self._folder.remove(name, written_before=before)
            self.counters.unreferenced += len(strays)

    def _has_any(self) -> bool:
        with self._store.reading() as session:
            return session.scalars(select(AttachmentRecord.id).limit(1)).first() is not None


class InTurn:
    """Several passes, one after another, for the one thread that keeps them."""

    def __init__(self, *steps: Step) -> None:
        self._steps = steps
        self._now = 0

    def step(self) -> bool:
        """One piece of the pass whose turn it is; False: all are over."""
        if self._steps[self._now].step():
            return True
        self._now = (self._now + 1) % len(self._steps)
        return self._now != 0


def _referenced(session: Session, names: set[str]) -> set[str]:
    if not names:
        return set()
    query = select(AttachmentRecord.sha256).where(AttachmentRecord.sha256.in_(names)).distinct()
    return {sha256 for sha256 in session.scalars(query) if sha256 is not None}
