"""What the desk holds that can go by time or size, and which cases cannot do without theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from alerts.case import ENDED
from alerts.desk.attachment_tables import AttachmentRecord
from alerts.desk.retention_plan import RetentionPlan
from alerts.desk.retention_rules import Limit, RetentionRules
from alerts.desk.tables import CaseRecord, EvidenceRecord
from alerts.schema import EvidenceState

OVER = tuple(status.value for status in ENDED)


def new_plan(session: Session, rules: RetentionRules, now: datetime) -> RetentionPlan:
    """A pass that begins now; sizes are of evidence and attachments together."""
    held: dict[str, int] = {}
    limits: dict[str, Limit] = {}
    for query in (_evidence(), _attachments()):
        for camera_id, area_id, size in session.execute(query):
            limit = rules.limit(camera_id, area_id)
            limits[limit.group] = limit
            held[limit.group] = held.get(limit.group, 0) + int(size or 0)
    return RetentionPlan(held, limits, max_bytes=rules.max_bytes, shortest=rules.shortest, now=now)


def is_shown_by_an_open_case() -> ColumnElement[bool]:
    """A duplicate is closed, but whoever works on the main case looks at what it has."""
    main = aliased(CaseRecord)
    query = select(main.id).where(main.id == CaseRecord.merged_into, main.status.not_in(OVER))
    return query.exists()


def _evidence() -> Select[str, str, int | None]:
    return (
        select(CaseRecord.camera_id, CaseRecord.area_id, func.sum(EvidenceRecord.bytes))
        .join(EvidenceRecord.case)
        .where(EvidenceRecord.state == EvidenceState.STORED, EvidenceRecord.sha256.is_not(None))
        .group_by(CaseRecord.camera_id, CaseRecord.area_id)
    )


def _attachments() -> Select[str, str, int | None]:
    return (
        select(CaseRecord.camera_id, CaseRecord.area_id, func.sum(AttachmentRecord.bytes))
        .join(AttachmentRecord, AttachmentRecord.case_id == CaseRecord.id)
        .where(AttachmentRecord.sha256.is_not(None))
        .group_by(CaseRecord.camera_id, CaseRecord.area_id)
    )
