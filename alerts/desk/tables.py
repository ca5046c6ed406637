"""The desk's tables about cases and officers.

A change here or in `bus_tables` needs a migration beside it; a test compares the two.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alerts.alert import Phase
from alerts.case import CaseStatus
from alerts.desk.columns import Base


class OfficerRecord(Base):
    """An account."""

    __tablename__ = "officers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(32))
    area_id: Mapped[str] = mapped_column(String(32))
    department: Mapped[str | None] = mapped_column(String(100))
    language: Mapped[str] = mapped_column(String(8))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SessionRecord(Base):
    """A log-in; `token_hash` is the SHA-256 of the cookie, which is kept nowhere.

    `used_at` is coarse, and None until the first use after a migration.
    """

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    officer: Mapped[OfficerRecord] = relationship()


_QUEUE = ("queued_at", "id")
_KIND = ("area_id", "status", "severity", "category")
_MOSTLY_EMPTY = {
    "verdict": "verdict IS NOT NULL",
    "department": "department IS NOT NULL",
    "handler_id": "handler_id IS NOT NULL",
    "opened_by_id": "opened_by_id IS NOT NULL",
    "assignee_id": "assignee_id IS NOT NULL AND status <> 'closed' AND status <> 'followed-up'",
    "origin": "origin <> 'alert'",
}
"""Columns that say something of few cases: only those are in the index."""
_OFTEN = frozenset({"verdict", "department"})
"""Of these there are tens of thousands each, so their indexes, too, hold what is looked at."""


def _partial(column: str, where: str) -> Index:
    name = f"ix_cases_{column.removesuffix('_id')}_queue"
    also = _KIND if column in _OFTEN else ()
    return Index(
        name, column, *_QUEUE, *also, sqlite_where=text(where), postgresql_where=text(where)
    )


def _index_of_few(name: str, column: str) -> Index:
    where = text(f"{column} IS NOT NULL")
    return Index(name, column, sqlite_where=where, postgresql_where=where)


class CaseRecord(Base):
    """A case; `version` counts its moves, `updated_at` is any change.

    `queued_at` orders the queue: see `alerts.desk.arrival`. `origin` is `alert`, or how a case
    opened by hand was reported; such a case may have no camera, then `camera_id` is empty.
    `due_at` ends the step that runs now, and at `rises_at` the desk itself looks at it (next), both
    on the clock of limits (`alerts.desk.limit_clock`); `department` or `handler_id` is whom it was
    handed to; `opened_by_id` is who opened it by hand.
    """

    __tablename__ = "cases"
    __table_args__ = (
        # What `alerts.desk.queue` scans for rare cases holds all it looks at: no row is read.
        Index("ix_cases_queue", *_QUEUE, "status", "severity", "category", "verdict", "area_id"),
        Index("ix_cases_area_queue", "area_id", *_QUEUE, *_KIND[1:], "verdict", "rule_id"),
        Index(
            *("ix_cases_status_queue", "status", *_QUEUE, "area_id"),
            *(*_KIND[2:], "verdict", "rule_id"),
        ),
        Index("ix_cases_category_queue", "category", *_QUEUE, *_KIND[:3], "verdict"),
        Index("ix_cases_camera_queue", "camera_id", *_QUEUE),
        Index("ix_cases_rule_queue", "rule_id", *_QUEUE, *_KIND),
        *(_partial(name, where) for name, where in _MOSTLY_EMPTY.items()),
        _index_of_few("ix_cases_due", "due_at"),
        _index_of_few("ix_cases_rises", "rises_at"),
        _index_of_few("ix_cases_merged_into", "merged_into"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[int]
    status: Mapped[str] = mapped_column(String(16), default=CaseStatus.PENDING.value)
    verdict: Mapped[str | None] = mapped_column(String(16))
    severity: Mapped[str] = mapped_column(String(16))
    category: Mapped[str] = mapped_column(String(100))
    label: Mapped[str] = mapped_column(String(100))
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    camera_id: Mapped[str] = mapped_column(String(64))
    area_id: Mapped[str] = mapped_column(String(32))
    rule_id: Mapped[str] = mapped_column(String(64), default="", server_default="")
    opened_at: Mapped[datetime]
    queued_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    alert_count: Mapped[int]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    assignee: Mapped[OfficerRecord | None] = relationship(foreign_keys=[assignee_id])
    origin: Mapped[str] = mapped_column(String(16), default="alert", server_default="alert")
    place: Mapped[str] = mapped_column(Text, default="", server_default="")
    verdict_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    follow_up: Mapped[str | None] = mapped_column(String(16))
    due_at: Mapped[datetime | None]
    rises_at: Mapped[datetime | None]
    escalation_level: Mapped[int] = mapped_column(default=0, server_default="0")
    supervised_since: Mapped[datetime | None]
    department: Mapped[str | None] = mapped_column(String(100))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    handler: Mapped[OfficerRecord | None] = relationship(foreign_keys=[handler_id])
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    alerts: Mapped[list[AlertRecord]] = relationship(
        back_populates="case", order_by="AlertRecord.raised_at"
    )
    evidence: Mapped[list[EvidenceRecord]] = relationship(
        back_populates="case", order_by="EvidenceRecord.id"
    )
    journal: Mapped[list[JournalRecord]] = relationship(
        back_populates="case", order_by="JournalRecord.id"
    )


class AlertRecord(Base):
    """An alert in its latest phase; `sequence` is that of its latest message.

    `box`, `raised_label` and `raised_confidence` belong together: they are of the `raised` message.
    """

    __tablename__ = "alerts"

    alert_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    node: Mapped[str] = mapped_column(String(64))
    outbox_id: Mapped[UUID]
    sequence: Mapped[int] = mapped_column(BigInteger)
    phase: Mapped[str] = mapped_column(String(16), default=Phase.RAISED.value)
    camera_id: Mapped[str] = mapped_column(String(64))
    rule_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(100))
    zone_id: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(100))
    confidence: Mapped[float]
    model_id: Mapped[str] = mapped_column(String(64))
    box: Mapped[list[float]]
    raised_label: Mapped[str] = mapped_column(String(100))
    raised_confidence: Mapped[float]
    raised_at: Mapped[datetime]
    captured_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(32))
    case: Mapped[CaseRecord] = relationship(back_populates="alerts")


class EvidenceRecord(Base):
    """The snapshot or clip of a case: at most one of each kind."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("case_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    media_type: Mapped[str | None] = mapped_column(String(100))
    case: Mapped[CaseRecord] = relationship(back_populates="evidence")


class JournalRecord(Base):
    """Who did what to a case and why; triggers refuse UPDATE and DELETE.

    `action` is what was done, where that is more than `kind` says; `facts` are what it is about, by
    the names of `alerts.desk.journal.Facts`: pages put both into words.
    """

    __tablename__ = "journal"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    action: Mapped[str | None] = mapped_column(String(16))
    facts: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    from_status: Mapped[str | None] = mapped_column(String(16))
    to_status: Mapped[str | None] = mapped_column(String(16))
    case: Mapped[CaseRecord] = relationship(back_populates="journal")


class DueMoveRecord(Base):
    """A move committed here and not yet published; `payload` is the JSON of the message."""

    __tablename__ = "due_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64))
    payload: Mapped[str] = mapped_column(Text)
