"""What the desk does by itself when a limit is over: expire, supervise, escalate."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.alert import Severity
from alerts.case import ENDED, CaseStatus
from alerts.desk.changes import Change, Changes
from alerts.desk.clock import Clock, utc_now
from alerts.desk.directory import Directory
from alerts.desk.escalation import escalated_to, top_level
from alerts.desk.journal import EXPIRE, SYSTEM, Fact, JournalKind, Said, change, move
from alerts.desk.limit_clock import note_steps, settle
from alerts.desk.sight import case_change
from alerts.desk.store import Store
from alerts.desk.tables import CaseRecord

AT_ONCE = 200
"""Cases in one transaction: after a long outage thousands are late at once."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Counters:
    """Since the start."""

    expired: int = 0
    supervised: int = 0
    escalated: int = 0


class Overdue:
    """Looks for limits that are over; one thread calls it."""

    def __init__(
        self, store: Store, directory: Directory, changes: Changes, *, clock: Clock = utc_now
    ) -> None:
        self._store = store
        self._directory = directory
        self._changes = changes
        self._clock = clock
        self._ahead = directory.limits.clock.ahead()
        self.counters = Counters()

    def settle(self) -> None:
        """Before anything else runs: see `alerts.desk.limit_clock`."""
        with self._store.writing() as session:
            by = settle(session)
        if by:
            logger.info(
                "limits move by %d s: the clock was set while the desk ran",
                by.total_seconds(),
                extra={"action": "limits-settled"},
            )

    def step(self) -> bool:
        """Deal with some; whether there may be more. Raises SQLAlchemyError."""
        self._note_steps()
        if not self._is_any_over():
            return False
        told = list[Change]()
        with self._store.writing() as session:
            records = self._over(session)
            for record in records:
                self._act(session, record)
                told.append(case_change(record.code, record))
        for each in told:
            self._changes.publish(each)
        return len(records) == AT_ONCE

    def _note_steps(self) -> None:
        clock = self._directory.limits.clock
        if (ahead := clock.ahead()) == self._ahead:
            return
        with self._store.writing() as session:
            note_steps(session, clock)
        self._ahead = ahead

    def _is_any_over(self) -> bool:
        now = self._directory.limits.clock.now()
        query = select(CaseRecord.id).where(CaseRecord.rises_at <= now).limit(1)
        with self._store.reading() as session:
            return session.scalars(query).first() is not None

    def _over(self, session: Session) -> Sequence[CaseRecord]:
        query = (
            select(CaseRecord)
            .where(CaseRecord.rises_at <= self._directory.limits.clock.now())
            .order_by(CaseRecord.rises_at, CaseRecord.id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)  # an officer is at it: next time
        )
        return session.scalars(query).all()

    def _act(self, session: Session, record: CaseRecord) -> None:
        status, at = CaseStatus(record.status), self._clock()
        if status is CaseStatus.ACCEPTED:
            self._expire(session, record, at)
        elif status in ENDED:
            record.rises_at = None
        else:
            self._rise(session, record, at)

    def _expire(self, session: Session, record: CaseRecord, at: datetime) -> None:
        """Whoever accepted it did nothing: others shall see it in the queue again."""
        facts = {} if record.assignee is None else {Fact.HANDLER: record.assignee.display_name}
        record.assignee = None
        said = Said(actor=SYSTEM, at=at, action=EXPIRE, facts=facts)
        due = self._directory.limits.of(record, CaseStatus.PENDING)
        move(session, record, CaseStatus.PENDING, said=said, due=due)
        self.counters.expired += 1

    def _rise(self, session: Session, record: CaseRecord, at: datetime) -> None:
        """Supervised one area further up; at the top it is told once for each late step."""
        limits, top = self._directory.limits, top_level(self._directory, record.area_id)
        due = limits.running(record)
        if due is None:
            record.rises_at = None
            return
        was, is_first = record.escalation_level, record.supervised_since is None
        record.escalation_level = min(was + 1, top)
        record.supervised_since = record.supervised_since or at
        # From now, not from when it was due: after an outage nobody could have acted in between.
        period = limits.period(Severity(record.severity), CaseStatus(record.status))
        is_at_top = record.escalation_level >= top
        due = replace(due, rises_at=None if is_at_top else limits.clock.now() + period)
        has_risen = not is_first and record.escalation_level > was
        kind = JournalKind.ESCALATED if has_risen else JournalKind.SUPERVISED
        area = escalated_to(self._directory, record.area_id, record.escalation_level) or ""
        facts = {Fact.AREA: area, Fact.DUE_AT: due.shown_at.isoformat()}
        change(session, record, kind, said=Said(actor=SYSTEM, at=at, facts=facts), due=due)
        self.counters.supervised += not has_risen
        self.counters.escalated += has_risen
