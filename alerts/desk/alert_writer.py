"""From alert messages to cases: one case for each alert, whatever message comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from alerts.alert import Phase, Reason
from alerts.desk import codes
from alerts.desk.arrival import clock_note, on_our_clock
from alerts.desk.case_opening import Opening, open_cases
from alerts.desk.changes import Change
from alerts.desk.directory import Directory
from alerts.desk.evidence_writer import keep_evidence
from alerts.desk.journal import SYSTEM, JournalKind, write
from alerts.desk.reopening import reopen_by_alert
from alerts.desk.sight import case_change
from alerts.desk.tables import AlertRecord, CaseRecord
from alerts.schema import AlertMessage


class AlertWriter:
    """Applies new messages to the store, within the caller's transaction."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._zone = ZoneInfo(directory.site.timezone)

    def apply(
        self, session: Session, messages: Sequence[AlertMessage], at: datetime
    ) -> list[Change]:
        """The cases touched, in order, each once; `messages` are new and of known cameras."""
        timely = [on_our_clock(message, at) for message in messages]
        records = _known(session, {message.alert_id for message in messages})
        first: dict[UUID, _First] = {}
        later: list[AlertMessage] = []
        for claimed, message in zip(messages, timely, strict=True):
            if message.alert_id in records or message.alert_id in first:
                later.append(message)
            else:
                first[message.alert_id] = _First(message, clock_note(claimed, at))
        openings = self._openings(session, first.values())
        open_cases(session, openings, at, self._directory.limits)
        changes = {each.message.alert_id: _opened(each) for each in openings}
        records |= _known(session, {each.alert_id for each in later} & first.keys())
        for message in later:
            record = records[message.alert_id]
            if message.reason is Reason.REOPENED:
                reopen_by_alert(session, record.case, at, self._directory.limits)
            _join(session, record, message, at)
            keep_evidence(session, record.case, message, at)
            record.case.updated_at = at
            changes[message.alert_id] = case_change(record.case.code, record.case)
        touched = {changes[message.alert_id].id: changes[message.alert_id] for message in timely}
        return list(touched.values())

    def _openings(self, session: Session, first: Iterable[_First]) -> list[Opening]:
        fresh = sorted(first, key=lambda each: each.message.raised_at)
        areas = [self._directory.cameras[each.message.camera].area for each in fresh]
        prefixes = [
            codes.prefix(area, each.message.raised_at, self._zone)
            for area, each in zip(areas, fresh, strict=True)
        ]
        reserved = codes.reserve(session, prefixes)
        return [
            Opening(message=each.message, code=code, area_id=area, clock_note=each.clock_note)
            for each, code, area in zip(fresh, reserved, areas, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class _First:
    """The message that makes an alert known, on our clock, and what the journal says of its own."""

    message: AlertMessage
    clock_note: str


def _opened(opening: Opening) -> Change:
    """A new case is with nobody yet."""
    return Change(kind="case", id=opening.code, area_id=opening.area_id, version=1)


def _known(session: Session, alert_ids: set[UUID]) -> dict[UUID, AlertRecord]:
    if not alert_ids:
        return {}
    query = (
        select(AlertRecord)
        .where(AlertRecord.alert_id.in_(alert_ids))
        .options(joinedload(AlertRecord.case, innerjoin=True).selectinload(CaseRecord.evidence))
        .with_for_update()  # an officer may be closing the case that this batch reopens
    )
    return {record.alert_id: record for record in session.scalars(query)}


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
