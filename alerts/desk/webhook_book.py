"""What is due to webhooks: handed out from committed moves, taken up, and noted when done."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from pydantic import ValidationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from alerts.desk.clock import Clock, utc_now
from alerts.desk.directory import Directory
from alerts.desk.store import Store
from alerts.desk.webhook_back_off import GIVEN_UP, LONGEST, back_off
from alerts.desk.webhook_due import Due, Outcome, due_of, new_delivery
from alerts.desk.webhook_standing import pauses
from alerts.desk.webhook_tables import WebhookDeliveryRecord, WebhookMoveRecord, WebhookRecord
from alerts.desk.webhook_views import DeliveryState
from alerts.schema import CaseMove

MOVES_AT_ONCE = 200
MOST_PENDING = 10_000
"""Of one webhook. Beyond it the oldest are given up: they stay visible and can be sent again."""
MOST_DONE = 1000
KEPT = timedelta(days=7)
"""What is done stays visible so long, and at most so many of one webhook."""

PER_WEBHOOK = 4
"""On their way to one receiver at once: a slow one must not take all the room."""

logger = logging.getLogger(__name__)
Delivery = WebhookDeliveryRecord


class WebhookBook:
    """Reads and writes the tables; for the sender's thread."""

    def __init__(self, store: Store, directory: Directory, *, clock: Clock = utc_now) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock

    def hand_out(self) -> bool:
        """Make deliveries of some committed moves; whether there may be more moves."""
        with self._store.reading() as session:
            if session.scalar(select(WebhookMoveRecord.id).limit(1)) is None:
                return False
        with self._store.writing() as session:
            query = select(WebhookMoveRecord).order_by(WebhookMoveRecord.id).limit(MOVES_AT_ONCE)
            moves = session.scalars(query).all()
            active = select(WebhookRecord).where(WebhookRecord.disabled_at.is_(None))
            webhooks = session.scalars(active).all()
            for move in moves:
                self._hand_out(session, move, webhooks)
                session.delete(move)
            for webhook in webhooks:
                self._bound(session, webhook)
        return len(moves) == MOVES_AT_ONCE

    def due(self, busy: Collection[tuple[int, str]], limit: int) -> list[Due]:
        """At most `limit` messages to send now: of each webhook and case the first that waits.

        `busy` are those of which one is on its way. While a receiver fails, one at a time is
        tried.
        """
        now = self._clock()
        first = (
            select(func.min(Delivery.id))
            .where(Delivery.state == DeliveryState.PENDING.value)
            .group_by(Delivery.webhook_id, Delivery.code)
        )
        query = (
            select(Delivery, WebhookRecord)
            .join(WebhookRecord)
            .where(Delivery.id.in_(first), Delivery.next_at <= now)
            .where(WebhookRecord.disabled_at.is_(None))
            .where((WebhookRecord.not_before.is_(None)) | (WebhookRecord.not_before <= now))
            .order_by(Delivery.id)
        )
        taken, found = set(busy), list[Due]()
        with self._store.reading() as session:
            paused = pauses(session, session.scalars(select(WebhookRecord)).all(), self._directory)
            allowed = query.where(WebhookRecord.id.not_in(paused))
            for delivery, webhook in session.execute(allowed):
                is_on_its_way = (webhook.id, delivery.code) in taken
                if is_on_its_way or not _has_room(webhook, taken):
                    continue
                taken.add((webhook.id, delivery.code))
                found.append(due_of(delivery, webhook))
                if len(found) == limit:
                    break
        return found

    def note(self, due: Due, outcome: Outcome) -> DeliveryState:
        """Keep what came of it; where the webhook was deleted in between, nothing."""
        now = self._clock()
        with self._store.writing() as session:
            delivery = session.get(Delivery, due.id)
            if delivery is None or delivery.state != DeliveryState.PENDING:
                return DeliveryState.FAILED
            delivery.attempts, delivery.status_code = due.attempt, outcome.status_code
            delivery.error = outcome.error
            _note_receiver(delivery.webhook, outcome, now)
            if not outcome.error:
                delivery.state, delivery.done_at = DeliveryState.DELIVERED.value, now
            elif now >= delivery.created_at + GIVEN_UP:
                delivery.state, delivery.done_at = DeliveryState.FAILED.value, now
            else:
                delivery.next_at = now + back_off(due.attempt)
            return DeliveryState(delivery.state)

    def forget_old(self) -> None:
        """Delete what was done long ago, and give up what waits at a webhook that is disabled."""
        now = self._clock()
        with self._store.writing() as session:
            old = now - GIVEN_UP - LONGEST
            session.execute(
                update(Delivery)
                .where(Delivery.state == DeliveryState.PENDING.value, Delivery.created_at < old)
                .values(state=DeliveryState.FAILED.value, done_at=now)
            )
            session.execute(delete(Delivery).where(Delivery.done_at < now - KEPT))
            for webhook_id in session.scalars(select(WebhookRecord.id)).all():
                done = select(Delivery.id).where(
                    Delivery.webhook_id == webhook_id, Delivery.done_at.is_not(None)
                )
                newest = done.order_by(Delivery.id.desc()).offset(MOST_DONE).limit(1)
                last = session.scalar(newest)
                if last is not None:
                    session.execute(
                        delete(Delivery).where(Delivery.id.in_(done.where(Delivery.id <= last)))
                    )

    def _hand_out(
        self, session: Session, record: WebhookMoveRecord, webhooks: Collection[WebhookRecord]
    ) -> None:
        try:
            move = CaseMove.model_validate_json(record.payload)
        except ValidationError:  # of another version of the program, before a restore
            logger.error(
                "a move could not be read and reaches no webhook", extra={"action": "move-unread"}
            )
            return
        for webhook in webhooks:
            kinds = webhook.kinds.split()
            is_of_area = move.area in self._directory.below(webhook.area_id)
            if is_of_area and (not kinds or move.kind in kinds):
                session.add(new_delivery(webhook, move, self._clock()))

    def _bound(self, session: Session, webhook: WebhookRecord) -> None:
        session.flush()
        waiting = select(Delivery.id).where(
            Delivery.webhook_id == webhook.id, Delivery.state == DeliveryState.PENDING.value
        )
        surplus = waiting.order_by(Delivery.id.desc()).offset(MOST_PENDING).limit(1)
        last = session.scalar(surplus)
        if last is None:
            return
        given_up = {"state": DeliveryState.FAILED.value, "done_at": self._clock()}
        oldest = update(Delivery).where(Delivery.id.in_(waiting.where(Delivery.id <= last)))
        session.execute(oldest.values(**given_up, error="too many messages waited"))
        logger.warning(
            "webhook %s: more than %s messages wait; the oldest are given up",
            *(webhook.id, MOST_PENDING),
            extra={"action": "webhook-full"},
        )


def _has_room(webhook: WebhookRecord, taken: Collection[tuple[int, str]]) -> bool:
    count = sum(1 for webhook_id, _ in taken if webhook_id == webhook.id)
    return count < (1 if webhook.failures else PER_WEBHOOK)


def _note_receiver(webhook: WebhookRecord, outcome: Outcome, now: datetime) -> None:
    if outcome.is_receivers_fault:
        webhook.failures += 1
        webhook.not_before = now + back_off(webhook.failures)
    else:
        webhook.failures, webhook.not_before = 0, None
