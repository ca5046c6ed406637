"""What is shown of webhooks: frozen rows, without secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from alerts.desk.webhook_standing import PauseReason
from alerts.schema import Text


class DeliveryState(StrEnum):
    """Where a message to a receiver stands."""

    PENDING = "pending"  # it is tried, and tried again
    DELIVERED = "delivered"  # the receiver answered 2xx
    FAILED = "failed"  # given up; `redeliver` begins anew


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRow:
    """A receiver and how it fares; times are aware UTC.

    Attributes:
        kinds: Which moves are sent; empty for all.
        failures: Failed attempts in a row: 0 while the receiver answers.
        not_before: No attempt before this time, while the receiver is down.
        paused: Why nothing is sent although it is enabled: whoever made it could not make it today.
            What waits goes out once they can again.
        paused_text: The same in words.
        waiting_since: When the oldest message that waits was made; None where none does.
        waiting_error: Why its last attempt failed, in English; empty before the first one.
        counts: Deliveries by state.
    """

    id: int
    url: str
    area_id: str
    kinds: tuple[str, ...]
    created_by: str
    created_at: datetime
    disabled_at: datetime | None
    failures: int
    not_before: datetime | None
    paused: PauseReason | None
    paused_text: Text | None
    waiting_since: datetime | None
    waiting_error: str
    counts: dict[DeliveryState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    """A webhook just made; `secret` is shown here and never again."""

    webhook: WebhookRow
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """One message to one receiver.

    Attributes:
        event_id: The same in every attempt; receivers drop what they have seen.
        code: Of the case; empty for a test.
        next_at: When it is tried next, while pending.
        status_code: Of the last answer; None where there was none.
        error: Why the last attempt failed, in English; empty when it did not.
    """

    id: int
    event_id: UUID
    code: str
    kind: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    next_at: datetime
    done_at: datetime | None
    status_code: int | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPage:
    """Newest first."""

    rows: tuple[DeliveryRow, ...]
    next_cursor: str | None
