"""What somebody asks the page about webhooks to do, and how it went."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from alerts.desk.errors import RequestError
from alerts.desk.journal import JournalKind
from alerts.desk.pages.deeds import DATABASE_AWAY
from alerts.desk.views import Officer
from alerts.desk.webhook_errors import TargetError, WebhookNotFoundError
from alerts.desk.webhook_target import MAX_URL
from alerts.desk.webhook_views import NewWebhook
from alerts.desk.webhooks import Webhooks
from alerts.errors import NotAllowedError

_log = logging.getLogger(__name__)

Number = Annotated[int, Field(ge=0, lt=2**31)]


class WebhookAction(StrEnum):
    """What can be asked."""

    ADD = "webhook-add"
    TEST = "webhook-test"
    STOP = "webhook-stop"
    START = "webhook-start"
    REMOVE = "webhook-remove"
    RESEND = "webhook-resend"


class WebhookDeed(BaseModel):
    """An action as it comes from the browser, which may send anything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: WebhookAction
    id: Number = 0
    delivery: Number = 0
    url: Annotated[str, Field(max_length=MAX_URL)] = ""
    area_id: Annotated[str, Field(max_length=32)] = ""
    kinds: frozenset[JournalKind] = frozenset()

    @classmethod
    def from_browser(cls, sent: object) -> WebhookDeed | None:
        """The deed, or None where it is none."""
        try:
            return cls.model_validate(sent)
        except ValidationError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How it went.

    Attributes:
        refusal: The key of the words that say why not; empty where it is done.
        made: The new webhook with its secret, to be shown once.
    """

    refusal: str = ""
    made: NewWebhook | None = field(default=None, repr=False)


REFUSALS: Mapping[type[Exception], str] = MappingProxyType(
    {
        NotAllowedError: "refused",
        WebhookNotFoundError: "webhook_gone",
        TargetError: "webhook_wrong",
        RequestError: "webhook_refused",
    }
)
"""To the key of the words; the order matters: a wrong address is a kind of wrong request."""

Call = Callable[[Webhooks, Officer, WebhookDeed], object]
CALLS: Mapping[WebhookAction, Call] = MappingProxyType(
    {
        WebhookAction.ADD: lambda w, o, d: w.add(o, d.url, area_id=d.area_id, kinds=d.kinds),
        WebhookAction.TEST: lambda w, o, d: w.test(o, d.id),
        WebhookAction.STOP: lambda w, o, d: w.set_enabled(o, d.id, is_enabled=False),
        WebhookAction.START: lambda w, o, d: w.set_enabled(o, d.id, is_enabled=True),
        WebhookAction.REMOVE: lambda w, o, d: w.remove(o, d.id),
        WebhookAction.RESEND: lambda w, o, d: w.redeliver(o, d.id, d.delivery),
    }
)
"""Every action there is; a test holds it."""


def perform(webhooks: Webhooks, officer: Officer, deed: WebhookDeed | None) -> Outcome:
    """Do it, on any thread."""
    if deed is None:
        return Outcome(refusal="malformed")
    try:
        answer = CALLS[deed.action](webhooks, officer, deed)
    except tuple(REFUSALS) as refusal:
        return Outcome(refusal=_said(refusal))
    except DATABASE_AWAY as error:
        _log.warning("a webhook stays: %s", error, extra={"action": "deed-store-away"})
        return Outcome(refusal="away")
    return Outcome(made=answer if isinstance(answer, NewWebhook) else None)


def _said(refusal: Exception) -> str:
    return next(key for kind, key in REFUSALS.items() if isinstance(refusal, kind))
