"""The only places that write a case's journal and change its status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from alerts.case import CaseStatus, check_move
from alerts.desk.tables import CaseRecord, DueMoveRecord, JournalRecord
from alerts.desk.time_limits import Due
from alerts.schema import CaseMove

SYSTEM = "system"
"""The actor of what no officer did."""
DELETED = "deleted"
"""The note of an evidence entry: what was stored has been deleted after its time."""
EXPIRE = "expire"
"""The action by which the desk takes back an acceptance that saw none."""


class JournalKind(StrEnum):
    """What an entry says."""

    OPENED = "opened"
    ENDED = "ended"
    REOPENED = "reopened"  # the alert is on again within its cooldown
    EVIDENCE = "evidence"  # `note` says what became of it: `snapshot stored`
    MOVED = "moved"
    NOTE = "note"
    HANDED_OVER = "handed-over"  # to somebody else, where it stands
    SUPERVISED = "supervised"  # by an officer, or by the desk because it is late
    ESCALATED = "escalated"  # still late: one area further up
    EXTENDED = "extended"
    MERGED = "merged"  # in the main case: a duplicate came in
    SPLIT = "split"  # in both: alerts were taken out of one into the other
    RELATED = "related"
    ATTACHED = "attached"  # `note` is the name of the file


class Fact(StrEnum):
    """What an entry is about; values are ids, codes and words of tables, never sentences."""

    DEPARTMENT = "department"
    HANDLER = "handler"  # display name, as it was then
    DUE_AT = "due_at"  # ISO 8601, as the clock on the wall showed it
    VERDICT = "verdict"
    RESULT = "result"  # of a follow-up
    CASE = "case"  # the code of the other case
    AREA = "area"  # who supervises
    ORIGIN = "origin"
    ALERTS = "alerts"  # how many


Facts = Mapping[Fact, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who says what of a change: the journal's part of it."""

    actor: str
    at: datetime
    note: str = ""
    action: str | None = None
    facts: Facts = field(default_factory=dict)


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
    return _entry(session, record, kind, Said(actor=actor, at=at, note=note))


def open_case(
    session: Session,
    record: CaseRecord,
    at: datetime,
    *,
    due: Due | None = None,
    said: Said | None = None,
) -> None:
    """Write the first entry of a new case and announce it; by the desk unless `said` names whom."""
    session.add(record)
    entry = _entry(session, record, JournalKind.OPENED, said or Said(actor=SYSTEM, at=at))
    entry.to_status = record.status
    _set_due(record, due)
    _announce(session, record, entry, due)


def move(
    session: Session, record: CaseRecord, to: CaseStatus, *, said: Said, due: Due | None
) -> None:
    """Move a case, or raise IllegalTransitionError; its version grows by one."""
    now = CaseStatus(record.status)
    check_move(record.code, now, to, said.note)
    record.status, record.version, record.updated_at = to.value, record.version + 1, said.at
    entry = _entry(session, record, JournalKind.MOVED, said)
    entry.from_status, entry.to_status = now.value, to.value
    _set_due(record, due)
    _announce(session, record, entry, due)


def note_change(session: Session, record: CaseRecord, kind: JournalKind, said: Said) -> None:
    """Write what is of no concern to other platforms and refuses nobody's form."""
    record.updated_at = said.at
    _entry(session, record, kind, said)


def change(
    session: Session, record: CaseRecord, kind: JournalKind, *, said: Said, due: Due | None
) -> None:
    """Write and announce what changes a case without moving it.

    What an officer decides raises the version: whoever decides by the older one shall look again.
    What the desk does by itself does not, so that nobody's form is refused for it.
    """
    record.version += said.actor != SYSTEM
    record.updated_at = said.at
    entry = _entry(session, record, kind, said)
    _set_due(record, due)
    _announce(session, record, entry, due)


def _entry(session: Session, record: CaseRecord, kind: JournalKind, said: Said) -> JournalRecord:
    entry = JournalRecord(
        case=record,
        kind=kind.value,
        actor=said.actor,
        at=said.at,
        note=said.note,
        action=said.action,
        facts={key.value: value for key, value in said.facts.items()} or None,
    )
    session.add(entry)  # by hand: appending to `record.journal` would read all of it first
    return entry


def _set_due(record: CaseRecord, due: Due | None) -> None:
    record.due_at = None if due is None else due.at
    record.rises_at = None if due is None else due.rises_at


def _announce(session: Session, record: CaseRecord, entry: JournalRecord, due: Due | None) -> None:
    message = CaseMove(
        case=record.code,
        camera=record.camera_id or None,
        area=record.area_id,
        status=record.status,
        verdict=record.verdict,
        version=record.version,
        at=entry.at,
        actor=entry.actor,
        kind=entry.kind,
        action=entry.action,
        due_at=None if due is None else due.shown_at,
        department=record.department,
        handler=None if record.handler is None else record.handler.name,
        escalation_level=record.escalation_level or 0,
        merged_into=(entry.facts or {}).get(Fact.CASE) if record.merged_into else None,
    )
    session.add(DueMoveRecord(code=record.code, payload=message.model_dump_json()))
