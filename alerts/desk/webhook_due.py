"""One message to one receiver: how it is made, what is sent of it, and what may come of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from alerts.desk.webhook_tables import WebhookDeliveryRecord, WebhookRecord
from alerts.desk.webhook_views import DeliveryState
from alerts.schema import CaseMove, WebhookMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A message whose time has come."""

    id: int
    webhook_id: int
    code: str
    url: str
    secret: str
    event_id: UUID
    body: bytes
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt.

    Attributes:
        is_receivers_fault: Whether the receiver as a whole is to be left alone for a while; not
            where it refused this one message.
    """

    status_code: int | None
    error: str
    is_receivers_fault: bool


def new_delivery(
    webhook: WebhookRecord, move: CaseMove | None, now: datetime
) -> WebhookDeliveryRecord:
    """A message that waits; without a move it is a test."""
    message = WebhookMessage(id=uuid4(), kind="move" if move else "test", move=move)
    return WebhookDeliveryRecord(
        webhook=webhook,
        event_id=message.id,
        code="" if move is None else move.case,
        kind="test" if move is None else move.kind,
        payload=message.model_dump_json(),
        state=DeliveryState.PENDING.value,
        created_at=now,
        next_at=now,
    )


def due_of(delivery: WebhookDeliveryRecord, webhook: WebhookRecord) -> Due:
    """What is needed to send it."""
    return Due(
        id=delivery.id,
        webhook_id=webhook.id,
        code=delivery.code,
        url=webhook.url,
        secret=webhook.secret,
        event_id=delivery.event_id,
        body=delivery.payload.encode(),
        attempt=delivery.attempts + 1,
    )
