"""From alert messages to cases: one case for each alert, whatever message comes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from alerts.alert import Phase, Reason
from alerts.case import CaseStatus
from alerts.desk import codes
from alerts.desk.arrival import clock_note, on_our_clock, queued_at
from alerts.desk.directory import Directory
from alerts.desk.evidence_writer import keep_evidence
from alerts.desk.journal import SYSTEM, JournalKind, open_case, write
from alerts.desk.reopening import reopen_by_alert
from alerts.desk.tables import AlertRecord, CaseRecord
from alerts.schema import AlertMessage


class AlertWriter:
    """Applies new messages to the store, within the caller's transaction."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._zone = ZoneInfo(directory.site.timezone)

    def apply(
        self, session: Session, messages: Sequence[AlertMessage], at: datetime
    ) -> list[CaseRecord]:
        """The cases touched, in order, each once; `messages` are new and of known cameras."""
        records = _known(session, {message.alert_id for message in messages})
        timely = [on_our_clock(message, at) for message in messages]
        codes_by_alert = self._codes(session, timely, records)
        touched: dict[str, CaseRecord] = {}
        for claimed, message in zip(messages, timely, strict=True):
            record = records.get(message.alert_id)
            if record is None:
                code = codes_by_alert[message.alert_id]
                record = records[message.alert_id] = self._open(session, message, code, at)
                _note_clock(session, record.case, claimed, at)
            else:
                if message.reason is Reason.REOPENED:
                    reopen_by_alert(session, record.case, at, self._directory.limits)
                _join(session, record, message, at)
            keep_evidence(session, record.case, message, at)
            record.case.updated_at = at
            touched[record.case.code] = record.case
        return list(touched.values())

    def _codes(
        self,
        session: Session,
        messages: Sequence[AlertMessage],
        known: dict[UUID, AlertRecord],
    ) -> dict[UUID, str]:
        first = {m.alert_id: m for m in reversed(messages) if m.alert_id not in known}
        fresh = sorted(first.values(), key=lambda message: message.raised_at)
        prefixes = [codes.prefix(self._area(m), m.raised_at, self._zone) for m in fresh]
        return dict(zip((m.alert_id for m in fresh), codes.reserve(session, prefixes), strict=True))

    def _area(self, message: AlertMessage) -> str:
        return self._directory.cameras[message.camera].area

    def _open(
        self, session: Session, message: AlertMessage, code: str, at: datetime
    ) -> AlertRecord:
        case = CaseRecord(
            code=code,
            version=1,
            status=CaseStatus.PENDING.value,
            severity=message.severity.value,
            category=message.category,
            label=message.label,
            text_zh=message.text.zh,
            text_en=message.text.en,
            camera_id=message.camera,
            area_id=self._area(message),
            opened_at=message.raised_at,
            queued_at=queued_at(message.raised_at, at),
            updated_at=at,
            ended_at=message.ended_at,
            alert_count=1,
        )
        open_case(session, case, at, due=self._directory.limits.opened(message.severity, at))
        record = _record(message, case)
        session.add(record)
        if message.phase is Phase.ENDED:
            write(session, case, JournalKind.ENDED, actor=SYSTEM, at=at, note=message.reason or "")
        return record


def _note_clock(session: Session, case: CaseRecord, claimed: AlertMessage, at: datetime) -> None:
    if note := clock_note(claimed, at):
        write(session, case, JournalKind.NOTE, actor=SYSTEM, at=at, note=note)


def _known(session: Session, alert_ids: set[UUID]) -> dict[UUID, AlertRecord]:
    query = (
        select(AlertRecord)
        .where(AlertRecord.alert_id.in_(alert_ids))
        .options(joinedload(AlertRecord.case, innerjoin=True).selectinload(CaseRecord.evidence))
        .with_for_update()  # an officer may be closing the case that this batch reopens
    )
    return {record.alert_id: record for record in session.scalars(query)}


def _record(message: AlertMessage, case: CaseRecord) -> AlertRecord:
    return AlertRecord(
        alert_id=message.alert_id,
        case=case,
        node=message.node,
        outbox_id=message.outbox_id,
        sequence=message.sequence,
        phase=message.phase.value,
        camera_id=message.camera,
        rule_id=message.rule,
        kind=message.kind,
        zone_id=message.zone,
        label=message.label,
        confidence=message.confidence,
        model_id=message.model,
        box=list(message.box),
        raised_label=message.label,
        raised_confidence=message.confidence,
        raised_at=message.raised_at,
        captured_at=message.captured_at,
        ended_at=message.ended_at,
        reason=message.reason,
    )


def _join(session: Session, record: AlertRecord, message: AlertMessage, at: datetime) -> None:
    """A later phase, or an earlier one that was overtaken."""
    if _is_newer(message, record):
        _advance(session, record, message, at)
    if message.phase is Phase.RAISED:  # it says what the snapshot shows and why it was raised
        record.box = list(message.box)
        record.raised_label, record.raised_confidence = message.label, message.confidence
        record.case.text_zh, record.case.text_en = message.text.zh, message.text.en


def _is_newer(message: AlertMessage, record: AlertRecord) -> bool:
    if message.outbox_id == record.outbox_id:
        return message.sequence > record.sequence
    return message.captured_at >= record.captured_at  # the node began a new outbox


def _advance(session: Session, record: AlertRecord, message: AlertMessage, at: datetime) -> None:
    case = record.case
    if message.phase is Phase.ENDED:
        write(session, case, JournalKind.ENDED, actor=SYSTEM, at=at, note=message.reason or "")
    record.node, record.outbox_id = message.node, message.outbox_id
    record.sequence, record.phase = message.sequence, message.phase.value
    record.label, record.confidence = message.label, message.confidence
    record.captured_at, record.reason = message.captured_at, message.reason
    record.ended_at = case.ended_at = message.ended_at
    case.label, case.severity = message.label, message.severity.value
    case.category = message.category
