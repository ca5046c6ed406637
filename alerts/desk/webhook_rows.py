"""From records of webhooks to what is shown of them."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from alerts.desk.directory import Directory
from alerts.desk.webhook_standing import PAUSE_WORDS, pauses
from alerts.desk.webhook_tables import WebhookDeliveryRecord, WebhookRecord
from alerts.desk.webhook_views import DeliveryRow, DeliveryState, WebhookRow


def webhook_row(session: Session, record: WebhookRecord, directory: Directory) -> WebhookRow:
    """With its deliveries counted, what waits longest, and why it is paused if it is."""
    paused = pauses(session, [record], directory).get(record.id)
    by_state = (
        select(WebhookDeliveryRecord.state, func.count())
        .where(WebhookDeliveryRecord.webhook_id == record.id)
        .group_by(WebhookDeliveryRecord.state)
    )
    counted = {row[0]: row[1] for row in session.execute(by_state)}
    waits = session.scalars(_oldest_waiting(record)).first()
    return WebhookRow(
        id=record.id,
        url=record.url,
        area_id=record.area_id,
        kinds=tuple(record.kinds.split()),
        created_by=record.created_by,
        created_at=record.created_at,
        disabled_at=record.disabled_at,
        failures=record.failures,
        not_before=record.not_before,
        paused=paused,
        paused_text=None if paused is None else PAUSE_WORDS[paused],
        waiting_since=None if waits is None else waits.created_at,
        waiting_error="" if waits is None else waits.error,
        counts={state: counted.get(state.value, 0) for state in DeliveryState},
    )


def _oldest_waiting(record: WebhookRecord) -> Select[WebhookDeliveryRecord]:
    delivery = WebhookDeliveryRecord
    is_waiting = delivery.state == DeliveryState.PENDING.value
    query = select(delivery).where(delivery.webhook_id == record.id, is_waiting)
    return query.order_by(delivery.id).limit(1)


def delivery_row(record: WebhookDeliveryRecord) -> DeliveryRow:
    """Without its payload."""
    return DeliveryRow(
        id=record.id,
        event_id=record.event_id,
        code=record.code,
        kind=record.kind,
        state=DeliveryState(record.state),
        attempts=record.attempts,
        created_at=record.created_at,
        next_at=record.next_at,
        done_at=record.done_at,
        status_code=record.status_code,
        error=record.error,
    )
