"""A closed case is taken up again: by an officer, or because its alert is back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from alerts.case import CaseStatus
from alerts.desk.journal import SYSTEM, JournalKind, Said, move, write
from alerts.desk.tables import CaseRecord
from alerts.desk.time_limits import Limits

BACK_AGAIN = "再次出现"
"""Why the desk itself takes up a closed case: its alert was reopened."""


def reopen(session: Session, record: CaseRecord, limits: Limits, said: Said) -> None:
    """Take it up again; what was found and who supervised it belongs to the past."""
    record.verdict, record.verdict_reason, record.follow_up = None, "", None
    record.supervised_since, record.escalation_level = None, 0
    due = limits.of(record, CaseStatus.ACCEPTED)
    move(session, record, CaseStatus.ACCEPTED, said=said, due=due)


def reopen_by_alert(session: Session, case: CaseRecord, at: datetime, limits: Limits) -> None:
    """It is there again: whoever closed the case did not know, even if the message is late.

    A case that was followed up stays so; there the journal alone says it. Of a duplicate the main
    case is meant.
    """
    write(session, case, JournalKind.REOPENED, actor=SYSTEM, at=at)
    if case.merged_into is not None:
        main = session.get_one(CaseRecord, case.merged_into, with_for_update=True)
        write(session, main, JournalKind.REOPENED, actor=SYSTEM, at=at)
        main.updated_at = at
        case = main
    if case.status == CaseStatus.CLOSED:
        reopen(session, case, limits, Said(actor=SYSTEM, at=at, note=BACK_AGAIN))
