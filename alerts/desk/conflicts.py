"""Somebody else was quicker: who it was, and since when."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.desk.journal import SYSTEM, JournalKind
from alerts.desk.tables import CaseRecord, JournalRecord, OfficerRecord
from alerts.errors import CaseConflictError
from alerts.words import CASE_STATUSES

_SILENT = (JournalKind.NOTE, JournalKind.EVIDENCE, JournalKind.ENDED, JournalKind.ATTACHED)
"""These change no version."""


def conflict(session: Session, record: CaseRecord, version: int) -> CaseConflictError:
    """The error for an officer who saw `version`; its words name who changed the case last."""
    last = session.scalars(
        select(JournalRecord)
        .where(JournalRecord.case_id == record.id, JournalRecord.kind.not_in(_SILENT))
        .order_by(JournalRecord.id.desc())
        .limit(1)
    ).first()
    who = SYSTEM if last is None else last.actor
    name = session.scalar(select(OfficerRecord.display_name).where(OfficerRecord.name == who))
    since = record.updated_at if last is None else last.at
    status = CASE_STATUSES[record.status]
    return CaseConflictError(
        f"case {record.code} is at version {record.version}, not {version}: "
        f"{who} changed it at {since:%Y-%m-%dT%H:%M:%SZ}, it is {record.status} now; look again",
        zh=f"案件已由{f' {name} ' if name else '系统'}更新（现为{status.zh}），请查看后再操作",
        en=f"{name or 'The desk'} changed the case (now {status.en}); look again",
    )
