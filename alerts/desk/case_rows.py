"""From records of the store to what officers see."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import selectinload

from alerts.alert import Phase, Severity
from alerts.case import CaseStatus, Origin, Verdict
from alerts.desk.directory import Directory
from alerts.desk.escalation import escalated_to
from alerts.desk.tables import AlertRecord, CaseRecord, EvidenceRecord, JournalRecord
from alerts.desk.views import AlertRow, CaseRow, EvidenceRow, JournalEntry
from alerts.schema import EvidenceKind, EvidenceState, Text

ROW_PARTS = (
    selectinload(CaseRecord.evidence),
    selectinload(CaseRecord.assignee),
    selectinload(CaseRecord.handler),
)
"""What a query for many rows loads with them, so that a row costs no query of its own."""


def case_row(record: CaseRecord, directory: Directory) -> CaseRow:
    """A line of the queue."""
    limits = directory.limits
    supervisor = escalated_to(directory, record.area_id, record.escalation_level)
    snapshot = next((e for e in record.evidence if e.kind == EvidenceKind.SNAPSHOT), None)
    return CaseRow(
        code=record.code,
        case_id=record.id,
        version=record.version,
        status=CaseStatus(record.status),
        verdict=None if record.verdict is None else Verdict(record.verdict),
        severity=Severity(record.severity),
        category=record.category,
        label=record.label,
        text=Text(zh=record.text_zh, en=record.text_en),
        camera_id=record.camera_id or None,
        camera_name=directory.camera_name(record.camera_id),
        area_id=record.area_id,
        area_name=directory.area_name(record.area_id),
        opened_at=record.opened_at,
        updated_at=record.updated_at,
        ended_at=record.ended_at,
        alert_count=record.alert_count,
        snapshot_state=None if snapshot is None else EvidenceState(snapshot.state),
        snapshot_ready=snapshot is not None and _is_here(snapshot),
        assignee=None if record.assignee is None else record.assignee.display_name,
        due_at=None if record.due_at is None else limits.clock.shown(record.due_at),
        is_overdue=limits.is_over(record),
        supervised_since=record.supervised_since,
        escalation_level=record.escalation_level,
        escalated_to=supervisor,
        escalated_to_name="" if supervisor is None else directory.area_name(supervisor),
        department=record.department,
        handler=None if record.handler is None else record.handler.display_name,
        handler_id=record.handler_id,
        origin=Origin(record.origin),
        place=record.place,
        rule_id=record.rule_id,
    )


def _is_here(record: EvidenceRecord) -> bool:
    """Stored, and not deleted since: what is deleted has lost its hash."""
    return record.state == EvidenceState.STORED and record.sha256 is not None


def alert_row(record: AlertRecord) -> AlertRow:
    """One alert."""
    x1, y1, x2, y2 = record.box
    return AlertRow(
        alert_id=record.alert_id,
        phase=Phase(record.phase),
        rule_id=record.rule_id,
        kind=record.kind,
        zone_id=record.zone_id,
        label=record.label,
        confidence=record.confidence,
        model_id=record.model_id,
        box=(x1, y1, x2, y2),
        raised_label=record.raised_label,
        raised_confidence=record.raised_confidence,
        raised_at=record.raised_at,
        captured_at=record.captured_at,
        ended_at=record.ended_at,
        reason=record.reason,
    )


def evidence_row(record: EvidenceRecord, code: str) -> EvidenceRow:
    """A snapshot or clip; served under the code of its own case."""
    is_stored = _is_here(record)
    return EvidenceRow(
        kind=EvidenceKind(record.kind),
        state=EvidenceState(record.state),
        media_type=record.media_type,
        url=f"/api/cases/{code}/evidence/{record.kind}" if is_stored else None,
        is_deleted=record.state == EvidenceState.STORED and not is_stored,
    )


def journal_entry(record: JournalRecord, names: Mapping[str, str]) -> JournalEntry:
    """An entry; `names` are display names of officers by log-in name."""
    return JournalEntry(
        kind=record.kind,
        actor=record.actor,
        actor_name=names.get(record.actor, record.actor),
        at=record.at,
        note=record.note,
        from_status=None if record.from_status is None else CaseStatus(record.from_status),
        to_status=None if record.to_status is None else CaseStatus(record.to_status),
        action=record.action,
        facts=record.facts or {},
    )
