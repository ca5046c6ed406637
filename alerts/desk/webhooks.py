"""What may be done with webhooks: the service layer's part about them."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from alerts.desk.clock import Clock, utc_now
from alerts.desk.directory import Directory
from alerts.desk.errors import RequestError
from alerts.desk.journal import JournalKind
from alerts.desk.rights import Right, needs
from alerts.desk.store import Store
from alerts.desk.views import Officer
from alerts.desk.webhook_due import new_delivery
from alerts.desk.webhook_errors import WebhookNotFoundError
from alerts.desk.webhook_rows import delivery_row, webhook_row
from alerts.desk.webhook_signature import new_secret
from alerts.desk.webhook_tables import WebhookDeliveryRecord, WebhookRecord
from alerts.desk.webhook_target import checked_url
from alerts.desk.webhook_views import (
    DeliveryPage,
    DeliveryRow,
    DeliveryState,
    NewWebhook,
    WebhookRow,
)
from alerts.errors import NotAllowedError

MOST = 50
"""Of one desk: each move is handed out to each of them."""
MAX_LIMIT = 500


def _nobody() -> None:
    """No sender waits."""


class Webhooks:
    """Makes, lists, tests and ends webhooks; thread-safe.

    Attributes:
        on_due: Called when something is to be sent at once.
    """

    def __init__(
        self,
        store: Store,
        directory: Directory,
        *,
        allowed: Collection[str] = (),
        clock: Clock = utc_now,
    ) -> None:
        """`allowed` are the hosts that addresses may name; empty for all."""
        self._store = store
        self._directory = directory
        self._allowed = allowed
        self._clock = clock
        self.on_due: Callable[[], None] = _nobody

    @needs(Right.MANAGE_WEBHOOKS)
    def add(
        self, officer: Officer, url: str, *, area_id: str, kinds: Collection[JournalKind] = ()
    ) -> NewWebhook:
        """Send the moves of an area and those below it to `url`; the secret is told only here.

        Raises:
            NotAllowedError: The officer's role or area does not reach so far.
            RequestError: The address is none for a webhook, or there are too many.
        """
        if area_id not in self._directory.seen_by(officer):
            raise NotAllowedError(f"area {area_id[:32]!r} is not one of yours")
        record = WebhookRecord(
            url=checked_url(url, self._allowed),
            secret=new_secret(),
            area_id=area_id,
            kinds=" ".join(sorted(kinds)),
            created_by=officer.name,
            created_at=self._clock(),
            failures=0,
        )
        with self._store.writing() as session:
            if (session.scalar(select(func.count(WebhookRecord.id))) or 0) >= MOST:
                raise RequestError(f"there are {MOST} webhooks already")
            session.add(record)
            session.flush()
            return NewWebhook(
                webhook=webhook_row(session, record, self._directory), secret=record.secret
            )

    @needs(Right.MANAGE_WEBHOOKS)
    def list(self, officer: Officer) -> tuple[WebhookRow, ...]:
        """Those of the officer's areas, oldest first; at most `MOST`."""
        areas = sorted(self._directory.seen_by(officer))
        query = select(WebhookRecord).where(WebhookRecord.area_id.in_(areas))
        with self._store.reading() as session:
            records = session.scalars(query.order_by(WebhookRecord.id))
            return tuple(webhook_row(session, record, self._directory) for record in records.all())

    @needs(Right.MANAGE_WEBHOOKS)
    def set_enabled(self, officer: Officer, webhook_id: int, *, is_enabled: bool) -> WebhookRow:
        """Stop sending, or go on with what waits; moves made meanwhile are not sent."""
        with self._store.writing() as session:
            record = self._found(session, officer, webhook_id)
            record.disabled_at = None if is_enabled else record.disabled_at or self._clock()
            record.failures, record.not_before = 0, None
            row = webhook_row(session, record, self._directory)
        self.on_due()
        return row

    @needs(Right.MANAGE_WEBHOOKS)
    def remove(self, officer: Officer, webhook_id: int) -> None:
        """Delete it with its deliveries."""
        with self._store.writing() as session:
            record = self._found(session, officer, webhook_id)
            theirs = WebhookDeliveryRecord.webhook_id == record.id
            session.execute(delete(WebhookDeliveryRecord).where(theirs))
            session.delete(record)

    @needs(Right.MANAGE_WEBHOOKS)
    def test(self, officer: Officer, webhook_id: int) -> DeliveryRow:
        """Send a message without a move."""
        with self._store.writing() as session:
            record = self._found(session, officer, webhook_id)
            delivery = new_delivery(record, None, self._clock())
            record.not_before = None  # whoever tests wants to know now
            row = _added(session, delivery)
        self.on_due()
        return row

    @needs(Right.MANAGE_WEBHOOKS)
    def deliveries(
        self,
        officer: Officer,
        webhook_id: int,
        *,
        state: DeliveryState | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> DeliveryPage:
        """What was and is to be sent, newest first; a cursor that is none raises RequestError."""
        if not 1 <= limit <= MAX_LIMIT:
            raise RequestError(f"limit is 1 to {MAX_LIMIT}")
        query = select(WebhookDeliveryRecord).order_by(WebhookDeliveryRecord.id.desc())
        if state is not None:
            query = query.where(WebhookDeliveryRecord.state == state.value)
        if cursor is not None:
            query = query.where(WebhookDeliveryRecord.id < _number(cursor))
        with self._store.reading() as session:
            record = self._found(session, officer, webhook_id)
            theirs = query.where(WebhookDeliveryRecord.webhook_id == record.id)
            found = session.scalars(theirs.limit(limit + 1)).all()
            rows = tuple(delivery_row(each) for each in found[:limit])
        return DeliveryPage(rows=rows, next_cursor=str(rows[-1].id) if len(found) > limit else None)

    @needs(Right.MANAGE_WEBHOOKS)
    def redeliver(self, officer: Officer, webhook_id: int, delivery_id: int) -> DeliveryRow:
        """Send a message that is done once more, under the same `event_id`."""
        with self._store.writing() as session:
            self._found(session, officer, webhook_id)
            old = session.get(WebhookDeliveryRecord, delivery_id)
            if old is None or old.webhook_id != webhook_id:
                raise WebhookNotFoundError(f"there is no delivery {delivery_id}")
            if old.state == DeliveryState.PENDING:
                raise RequestError("it is being sent already")
            again = WebhookDeliveryRecord(
                webhook_id=old.webhook_id,
                event_id=old.event_id,
                code=old.code,
                kind=old.kind,
                payload=old.payload,
                state=DeliveryState.PENDING.value,
                created_at=self._clock(),
                next_at=self._clock(),
            )
            row = _added(session, again)
        self.on_due()
        return row

    def _found(self, session: Session, officer: Officer, webhook_id: int) -> WebhookRecord:
        record = session.get(WebhookRecord, webhook_id) if 0 < webhook_id < 2**31 else None
        if record is None or record.area_id not in self._directory.seen_by(officer):
            raise WebhookNotFoundError(f"there is no webhook {webhook_id} in your areas")
        return record


def _number(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
        raise RequestError("this is not a cursor of deliveries")
    return int(cursor)


def _added(session: Session, delivery: WebhookDeliveryRecord) -> DeliveryRow:
    session.add(delivery)
    session.flush()
    return delivery_row(delivery)
