"""From records of the store to what officers see."""

from __future__ import annotations

from collections.abc import Mapping

from alerts.alert import Phase, Severity
from alerts.case import CaseStatus, Verdict
from alerts.desk.directory import Directory
from alerts.desk.rights import Right, may
from alerts.desk.tables import AlertRecord, CaseRecord, EvidenceRecord, JournalRecord
from alerts.desk.views import (
    Action,
    AlertRow,
    CaseRow,
    CaseView,
    EvidenceRow,
    JournalEntry,
    Officer,
    ZoneShape,
)
from alerts.schema import EvidenceKind, EvidenceState, Text

_ACTIONS = {
    CaseStatus.PENDING: frozenset({Action.ACCEPT, Action.FALSE_ALARM, Action.NOTE}),
    CaseStatus.ACCEPTED: frozenset({Action.CLOSE, Action.FALSE_ALARM, Action.NOTE}),
}
_ALWAYS = frozenset({Action.NOTE})
_RIGHTS = {
    Action.ACCEPT: Right.HANDLE_CASES,
    Action.FALSE_ALARM: Right.HANDLE_CASES,
    Action.CLOSE: Right.HANDLE_CASES,
    Action.NOTE: Right.NOTE_CASES,
}


def actions(officer: Officer, status: CaseStatus) -> frozenset[Action]:
    """What the officer can do with a case that stands there."""
    possible = _ACTIONS.get(status, _ALWAYS)
    return frozenset(action for action in possible if may(officer, _RIGHTS[action]))


def case_row(record: CaseRecord, directory: Directory) -> CaseRow:
    """A line of the queue."""
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
        camera_id=record.camera_id,
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
    )


def case_view(
    record: CaseRecord, directory: Directory, officer: Officer, names: Mapping[str, str]
) -> CaseView:
    """The whole case; `names` are display names of officers by log-in name."""
    camera = directory.cameras.get(record.camera_id)
    zones = () if camera is None else camera.zones
    return CaseView(
        row=case_row(record, directory),
        alerts=tuple(_alert_row(each) for each in record.alerts),
        evidence=tuple(_evidence_row(each, record.code) for each in record.evidence),
        journal=tuple(_journal_entry(each, names) for each in record.journal),
        zones=tuple(
            ZoneShape(id=zone.id, name=zone.name or zone.id, polygon=zone.polygon) for zone in zones
        ),
        actions=actions(officer, CaseStatus(record.status)),
    )


def _is_here(record: EvidenceRecord) -> bool:
    """Stored, and not deleted since: what is deleted has lost its hash."""
    return record.state == EvidenceState.STORED and record.sha256 is not None


def _alert_row(record: AlertRecord) -> AlertRow:
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


def _evidence_row(record: EvidenceRecord, code: str) -> EvidenceRow:
    is_stored = _is_here(record)
    return EvidenceRow(
        kind=EvidenceKind(record.kind),
        state=EvidenceState(record.state),
        media_type=record.media_type,
        url=f"/api/cases/{code}/evidence/{record.kind}" if is_stored else None,
        is_deleted=record.state == EvidenceState.STORED and not is_stored,
    )


def _journal_entry(record: JournalRecord, names: Mapping[str, str]) -> JournalEntry:
    return JournalEntry(
        kind=record.kind,
        actor=record.actor,
        actor_name=names.get(record.actor, record.actor),
        at=record.at,
        note=record.note,
        from_status=None if record.from_status is None else CaseStatus(record.from_status),
        to_status=None if record.to_status is None else CaseStatus(record.to_status),
    )
