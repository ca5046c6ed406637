"""Attachments of a case as officers see them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.desk.attachment_tables import AttachmentRecord
from alerts.desk.tables import CaseRecord
from alerts.desk.views import AttachmentRow


def attachments_of(
    session: Session, case: CaseRecord, names: Mapping[str, str]
) -> tuple[AttachmentRow, ...]:
    """All of them, oldest first; `names` are display names by log-in name."""
    query = (
        select(AttachmentRecord)
        .where(AttachmentRecord.case_id == case.id)
        .order_by(AttachmentRecord.id)
    )
    return tuple(
        attachment_row(each, case.code, names.get(each.actor, each.actor))
        for each in session.scalars(query)
    )


def attachment_row(record: AttachmentRecord, code: str, actor_name: str) -> AttachmentRow:
    """One; without an address once its time in store is over."""
    is_here = record.sha256 is not None
    return AttachmentRow(
        number=record.id,
        name=record.name,
        media_type=record.media_type,
        bytes=record.bytes,
        actor=record.actor,
        actor_name=actor_name,
        at=record.at,
        url=f"/api/cases/{code}/attachments/{record.id}" if is_here else None,
    )
