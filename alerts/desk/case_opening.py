"""Opens many cases at once, with everything that belongs to a new one: the bulk of a burst.

A few statements of many rows each, whatever their number; objects that the session would watch
cost three times as much as the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from alerts.alert import Phase
from alerts.case import CaseStatus
from alerts.desk.arrival import queued_at
from alerts.desk.bulk_insert import insert_rows
from alerts.desk.evidence_writer import evidence_note, first_evidence
from alerts.desk.journal import SYSTEM, JournalKind
from alerts.desk.tables import (
    AlertRecord,
    CaseRecord,
    DueMoveRecord,
    EvidenceRecord,
    JournalRecord,
)
from alerts.desk.time_limits import Due, Limits
from alerts.desk.upsert import Row
from alerts.desk.word_index import first_words, words_of_case
from alerts.schema import AlertMessage, CaseMove


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A case to be opened: its alert's first message, its code, and where it lies.

    Attributes:
        clock_note: What the journal says of a node whose clock is ahead; empty for most.
    """

    message: AlertMessage
    code: str
    area_id: str
    clock_note: str


def open_cases(session: Session, openings: Sequence[Opening], at: datetime, limits: Limits) -> None:
    """Write them, in this order, and announce each."""
    if not openings:
        return
    ids = _reserve_ids(session, len(openings))
    numbered = list(zip(ids, openings, strict=True))
    dues = [limits.opened(each.message.severity, at) for each in openings]
    cases = [_case(n, each, at, due) for (n, each), due in zip(numbered, dues, strict=True)]
    connection = session.connection()
    for table, rows in (
        (CaseRecord, cases),
        (AlertRecord, [_alert(n, each.message) for n, each in numbered]),
        (EvidenceRecord, [row for n, each in numbered for row in _evidence(n, each.message)]),
        (JournalRecord, [row for n, each in numbered for row in _journal(n, each, at)]),
        (DueMoveRecord, [_due_move(*each, at) for each in zip(cases, dues, strict=True)]),
    ):
        insert_rows(connection, table, rows)
    first_words(connection, {case["id"]: words_of_case(case) for case in cases})


def _reserve_ids(session: Session, number: int) -> list[int]:
    """Known beforehand, the ids need not be asked back row by row."""
    if session.get_bind().dialect.name == "sqlite":  # no other writer can be at it
        last = session.scalar(select(func.max(CaseRecord.id))) or 0
        return list(range(last + 1, last + 1 + number))
    query = text(
        "SELECT nextval(pg_get_serial_sequence('cases', 'id')) FROM generate_series(1, :number)"
    )
    return list(session.scalars(query, {"number": number}))


def _case(case_id: int, opening: Opening, at: datetime, due: Due) -> Row:
    message = opening.message
    return {
        "id": case_id,
        "code": opening.code,
        "version": 1,
        "status": CaseStatus.PENDING.value,
        "severity": message.severity.value,
        "category": message.category,
        "label": message.label,
        "text_zh": message.text.zh,
        "text_en": message.text.en,
        "camera_id": message.camera,
        "area_id": opening.area_id,
        "rule_id": message.rule,
        "opened_at": message.raised_at,
        "queued_at": queued_at(message.raised_at, at),
        "updated_at": at,
        "ended_at": message.ended_at,
        "alert_count": 1,
        "due_at": due.at,
        "rises_at": due.rises_at,
    }


def _alert(case_id: int, message: AlertMessage) -> Row:
    return {
        "alert_id": message.alert_id,
        "case_id": case_id,
        "node": message.node,
        "outbox_id": message.outbox_id,
        "sequence": message.sequence,
        "phase": message.phase.value,
        "camera_id": message.camera,
        "rule_id": message.rule,
        "kind": message.kind,
        "zone_id": message.zone,
        "label": message.label,
        "confidence": message.confidence,
        "model_id": message.model,
        "box": list(message.box),
        "raised_label": message.label,
        "raised_confidence": message.confidence,
        "raised_at": message.raised_at,
        "captured_at": message.captured_at,
        "ended_at": message.ended_at,
        "reason": message.reason,
    }


def _evidence(case_id: int, message: AlertMessage) -> list[Row]:
    return [
        {
            "case_id": case_id,
            "kind": each.kind.value,
            "state": each.state.value,
            "sha256": each.sha256,
            "bytes": each.bytes,
            "media_type": each.media_type,
        }
        for each in first_evidence(message)
    ]


def _journal(case_id: int, opening: Opening, at: datetime) -> list[Row]:
    message = opening.message
    entries = [(JournalKind.OPENED, "")]
    if message.phase is Phase.ENDED:
        entries.append((JournalKind.ENDED, message.reason or ""))
    if opening.clock_note:
        entries.append((JournalKind.NOTE, opening.clock_note))
    notes = [evidence_note(each) for each in first_evidence(message)]
    entries += [(JournalKind.EVIDENCE, note) for note in notes if note]
    return [
        {
            "case_id": case_id,
            "kind": kind.value,
            "actor": SYSTEM,
            "at": at,
            "note": note,
            "from_status": None,
            "to_status": CaseStatus.PENDING.value if kind is JournalKind.OPENED else None,
        }
        for kind, note in entries
    ]


def _due_move(case: Row, due: Due, at: datetime) -> Row:
    message = CaseMove(
        case=case["code"],
        camera=case["camera_id"],
        area=case["area_id"],
        status=case["status"],
        version=case["version"],
        at=at,
        actor=SYSTEM,
        kind=JournalKind.OPENED.value,
        due_at=due.shown_at,
    )
    return {"code": case["code"], "payload": message.model_dump_json()}
