"""The desk's tables about the bus: what was received, from whom, in which state."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from alerts.desk.columns import Base


class CounterRecord(Base):
    """The last number given to a case of one area and day."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[int]


class ReceivedRecord(Base):
    """Messages `first` to `last` of one camera and outbox are stored, both included."""

    __tablename__ = "received_ranges"

    outbox_id: Mapped[UUID] = mapped_column(primary_key=True)
    camera_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    first: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)


class OutboxRecord(Base):
    """Whose outbox it is and when it was last heard of."""

    __tablename__ = "outboxes"

    outbox_id: Mapped[UUID] = mapped_column(primary_key=True)
    node: Mapped[str] = mapped_column(String(64))
    heard_at: Mapped[datetime] = mapped_column(index=True)


class RefusedRecord(Base):
    """A message that could not be handled; the same bytes again only count up."""

    __tablename__ = "refused_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    topic: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str] = mapped_column(Text)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)


class CameraStateRecord(Base):
    """What a camera's node last said of it."""

    __tablename__ = "camera_states"

    camera_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    node: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(32))
    since: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(32))
    text_zh: Mapped[str | None] = mapped_column(Text)
    text_en: Mapped[str | None] = mapped_column(Text)


class NodeStateRecord(Base):
    """What a node, or its will, last said."""

    __tablename__ = "node_states"

    node: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime]
    version: Mapped[str] = mapped_column(String(100))
    backlog: Mapped[int] = mapped_column(BigInteger)
    reduced: Mapped[str | None] = mapped_column(Text)  # the status's `reduced`, as JSON
    text_zh: Mapped[str | None] = mapped_column(Text)  # what it suffers from, in words
    text_en: Mapped[str | None] = mapped_column(Text)
