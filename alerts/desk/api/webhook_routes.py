"""Webhooks: moves of cases, brought to other platforms over HTTP.

Each message is a POST of a `WebhookMessage` with the headers `Xueliang-Event` (an id, the same in
every attempt), `Xueliang-Attempt`, `Xueliang-Timestamp` (seconds since 1970) and
`Xueliang-Signature`: `v1=` and the HMAC-SHA256, in hex, over timestamp, a dot and the body.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from alerts.area import AreaId
from alerts.desk.api.caller import CurrentOfficer, Service
from alerts.desk.api.faults import Fault
from alerts.desk.journal import JournalKind
from alerts.desk.webhook_target import MAX_URL
from alerts.desk.webhook_views import (
    DeliveryPage,
    DeliveryRow,
    DeliveryState,
    NewWebhook,
    WebhookRow,
)
from alerts.desk.webhooks import MAX_LIMIT
from alerts.schema import WebhookMessage

router = APIRouter(
    prefix="/api/webhooks",
    tags=["webhooks"],
    responses={
        401: {"model": Fault, "description": "No session."},
        403: {"model": Fault, "description": "Not this officer's to do."},
    },
)
NOT_FOUND: dict[int | str, dict[str, object]] = {
    404: {"model": Fault, "description": "No such webhook in the officer's areas."}
}
WebhookId = Annotated[int, Path(ge=1, le=2**31 - 1, description="`id` of the webhook.")]
DeliveryId = Annotated[int, Path(ge=1, le=2**31 - 1, description="`id` of the delivery.")]


outgoing = APIRouter()
ANY_REFUSAL: dict[int | str, dict[str, object]] = {
    "4XX": {"description": "Whatever the receiver refuses with; it is sent again, later."}
}
"""Or FastAPI would promise its own 422 in the receiver's name."""


@outgoing.post("case-move", summary="A move of a case", status_code=204, responses=ANY_REFUSAL)
def case_move(message: WebhookMessage) -> None:
    """What is sent to `url`, with the headers named above; any answer of 2xx takes it."""


class AddWebhook(BaseModel):
    """Where to send the moves of which area; `kinds` empty for all moves."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "url": "https://dispatch.example/hooks/xueliang",
                    "area": "620725101",
                    "kinds": ["opened", "moved"],
                }
            ]
        },
    )

    url: Annotated[str, Field(min_length=1, max_length=MAX_URL)]
    area: AreaId
    kinds: frozenset[JournalKind] = frozenset()


class DeliveryQuery(BaseModel):
    """Which part of the deliveries."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: DeliveryState | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 50
    cursor: Annotated[str | None, Field(max_length=20)] = None


@router.post("", status_code=201, summary="Add a webhook")
def add(asked: AddWebhook, officer: CurrentOfficer, service: Service) -> NewWebhook:
    """Make it; the `secret` of its signatures is in this answer and in no other."""
    return service.webhooks.add(officer, asked.url, area_id=asked.area, kinds=asked.kinds)


@router.get("", summary="Webhooks")
def webhooks(officer: CurrentOfficer, service: Service) -> tuple[WebhookRow, ...]:
    """Those of the officer's areas and how they fare; at most 50."""
    return service.webhooks.list(officer)


@router.post("/{webhook}/disable", summary="Stop sending", responses=NOT_FOUND)
def disable(webhook: WebhookId, officer: CurrentOfficer, service: Service) -> WebhookRow:
    """What waits stays for a day; moves made from now on are not sent."""
    return service.webhooks.set_enabled(officer, webhook, is_enabled=False)


@router.post("/{webhook}/enable", summary="Send again", responses=NOT_FOUND)
def enable(webhook: WebhookId, officer: CurrentOfficer, service: Service) -> WebhookRow:
    """Go on with what waits, at once."""
    return service.webhooks.set_enabled(officer, webhook, is_enabled=True)


@router.delete("/{webhook}", status_code=204, summary="Delete a webhook", responses=NOT_FOUND)
def remove(webhook: WebhookId, officer: CurrentOfficer, service: Service) -> None:
    """With its deliveries, also those that wait."""
    service.webhooks.remove(officer, webhook)


@router.post("/{webhook}/test", status_code=201, summary="Send a test", responses=NOT_FOUND)
def test(webhook: WebhookId, officer: CurrentOfficer, service: Service) -> DeliveryRow:
    """A message of kind `test`, without a move; ask for the deliveries to see what came of it."""
    return service.webhooks.test(officer, webhook)


@router.get("/{webhook}/deliveries", summary="Deliveries, newest first", responses=NOT_FOUND)
def deliveries(
    webhook: WebhookId,
    asked: Annotated[DeliveryQuery, Query()],
    officer: CurrentOfficer,
    service: Service,
) -> DeliveryPage:
    """What was sent and what waits, with the last answer; go on with `next_cursor`."""
    return service.webhooks.deliveries(
        officer, webhook, state=asked.state, limit=asked.limit, cursor=asked.cursor
    )


@router.post(
    "/{webhook}/deliveries/{delivery}/redeliver",
    status_code=201,
    summary="Send once more",
    responses=NOT_FOUND,
)
def redeliver(
    webhook: WebhookId, delivery: DeliveryId, officer: CurrentOfficer, service: Service
) -> DeliveryRow:
    """A message that is done goes out again under the same id; one that waits is 422."""
    return service.webhooks.redeliver(officer, webhook, delivery)
