"""The desk's tables about webhooks: who is told, what waits, and what became of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alerts.desk.columns import Base


class WebhookRecord(Base):
    """Where moves of an area and those below it are sent.

    `kinds` are words with a space between, empty for all. `secret` signs and cannot be a hash: the
    database is to be kept like one. `failures` counts those in a row, `not_before` holds the next
    attempt back while the receiver is down.
    """

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(String(100))
    area_id: Mapped[str] = mapped_column(String(32))
    kinds: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]


class WebhookMoveRecord(Base):
    """A committed move that was not yet handed out to the webhooks it concerns.

    A trigger on `due_moves` writes it while there is any webhook: within the transaction of the
    move, whoever makes it. `payload` is the JSON of the `CaseMove`.
    """

    __tablename__ = "webhook_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    payload: Mapped[str] = mapped_column(Text)


class WebhookDeliveryRecord(Base):
    """One message to one webhook; `event_id` stays the same in every attempt and redelivery."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_order", "state", "webhook_id", "code", "id"),
        Index("ix_webhook_deliveries_list", "webhook_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    event_id: Mapped[UUID]
    code: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    payload: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    status_code: Mapped[int | None]
    error: Mapped[str] = mapped_column(Text, default="")
    webhook: Mapped[WebhookRecord] = relationship()
