"""Attachments go with their case, after the same time as its evidence; then stray files."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.desk.attachment_folder import AttachmentFolder
from alerts.desk.attachment_tables import AttachmentRecord
from alerts.desk.changes import Change, Changes
from alerts.desk.clock import Clock, utc_now
from alerts.desk.footage_reason import OVER
from alerts.desk.journal import DELETED, SYSTEM, JournalKind, write
from alerts.desk.retention_rules import RetentionRules
from alerts.desk.sight import case_change
from alerts.desk.store import Store
from alerts.desk.tables import CaseRecord
from alerts.desk.thumbnails import Forgets

AT_ONCE = 200


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
        self._after = 0
        self.deleted = 0

    def step(self) -> bool:
        """Deal with some; False: the pass is over. Raises as `Retention.step`."""
        told = list[Change]()
        with self._store.writing() as session:
            found = self._next(session)
            gone = [(each, case) for each, case in found if self._is_over(case)]
            hashes = {each.sha256 for each, _ in gone if each.sha256 is not None}
            for record, case in gone:
                told.append(self._forget(session, record, case))
            session.flush()
            free = hashes - _referenced(session, hashes)
        self.deleted += len(gone)
        for change in told:
            self._changes.publish(change)
        for sha256 in free:
            self._copies.forget(sha256)
            self._folder.files.remove(sha256)
        self._after = found[-1][0].id if len(found) == AT_ONCE else 0
        if not self._after:
            self._prune()
        return bool(self._after)

    def _next(self, session: Session) -> list[tuple[AttachmentRecord, CaseRecord]]:
        query = (
            select(AttachmentRecord, CaseRecord)
            .join(CaseRecord, CaseRecord.id == AttachmentRecord.case_id)
            .where(
                AttachmentRecord.id > self._after,
                AttachmentRecord.sha256.is_not(None),
                CaseRecord.status.in_([status.value for status in OVER]),
            )
            .order_by(AttachmentRecord.id)
            .limit(AT_ONCE)
            .with_for_update()
        )
        return [(record, case) for record, case in session.execute(query)]

    def _is_over(self, case: CaseRecord) -> bool:
        age = self._rules.limit(case.camera_id, case.area_id).age
        return age is not None and case.queued_at < self._clock() - age

    def _forget(self, session: Session, record: AttachmentRecord, case: CaseRecord) -> Change:
        record.sha256, now = None, self._clock()
        write(session, case, JournalKind.EVIDENCE, actor=SYSTEM, at=now, note=DELETED)
        case.updated_at = now
        return case_change(case.code, case)

    def _prune(self) -> None:
        """What a crash left behind before any case knew of it."""
        before = self._clock() - max(self._rules.unreferenced, timedelta(days=1))
        old = {each.name for each in self._folder.files.items() if _is_old(each.stored_at, before)}
        with self._store.reading() as session:
            strays = old - _referenced(session, old)
        for name in strays:
            self._folder.files.remove(name)


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


def _is_old(stored_at: datetime, before: datetime) -> bool:
    return stored_at < before


def _referenced(session: Session, names: set[str]) -> set[str]:
    if not names:
        return set()
    query = select(AttachmentRecord.sha256).where(AttachmentRecord.sha256.in_(names)).distinct()
    return {sha256 for sha256 in session.scalars(query) if sha256 is not None}
