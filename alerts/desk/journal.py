"""The only places that write a case's journal and change its status."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from alerts.case import CaseStatus, check_move
from alerts.desk.tables import CaseRecord, DueMoveRecord, JournalRecord
from alerts.schema import CaseMove

SYSTEM = "system"
"""The actor of what no officer did."""
DELETED = "deleted"
"""The note of an evidence entry: what was stored has been deleted after its time."""


class JournalKind(StrEnum):
    """What an entry says."""

    OPENED = "opened"
    ENDED = "ended"
    REOPENED = "reopened"  # the alert is on again within its cooldown
    EVIDENCE = "evidence"  # `note` says what became of it: `snapshot stored`
    MOVED = "moved"
    NOTE = "note"


def write(
    session: Session,
    record: CaseRecord,
    kind: JournalKind,
    *,
    actor: str,
    at: datetime,
    note: str = "",
) -> JournalRecord:
    """Add an entry that is no move."""
    entry = JournalRecord(case=record, kind=kind.value, actor=actor, at=at, note=note)
    session.add(entry)  # by hand: appending to `record.journal` would read all of it first
    return entry


def open_case(session: Session, record: CaseRecord, at: datetime) -> None:
    """Write the first entry of a new case and announce it."""
    session.add(record)
    entry = write(session, record, JournalKind.OPENED, actor=SYSTEM, at=at)
    entry.to_status = record.status
    _announce(session, record, entry)


def move_case(
    session: Session, record: CaseRecord, to: CaseStatus, *, actor: str, at: datetime, note: str
) -> None:
    """Move a case, or raise IllegalTransitionError; its version grows by one."""
    now = CaseStatus(record.status)
    check_move(record.code, now, to, note)
    record.status, record.version, record.updated_at = to.value, record.version + 1, at
    entry = write(session, record, JournalKind.MOVED, actor=actor, at=at, note=note)
    entry.from_status, entry.to_status = now.value, to.value
    _announce(session, record, entry)


def _announce(session: Session, record: CaseRecord, entry: JournalRecord) -> None:
    message = CaseMove(
        case=record.code,
        camera=record.camera_id,
        area=record.area_id,
        status=record.status,
        verdict=record.verdict,
        version=record.version,
        at=entry.at,
        actor=entry.actor,
        kind=entry.kind,
    )
    session.add(DueMoveRecord(code=record.code, payload=message.model_dump_json()))
