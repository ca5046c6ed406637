"""Webhooks and their deliveries as props of their component; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from alerts.desk.pages.words import Words
from alerts.desk.webhook_views import DeliveryRow, DeliveryState, WebhookRow

WHY: Mapping[str, str] = MappingProxyType(
    {
        "no answer within": "silent",
        "no connection": "unreachable",
        "the host's name cannot be looked up": "unknown-host",
        "the host is the desk's own machine or link": "own-host",
        "too many messages waited": "too-many",
    }
)
"""How the sender's words begin, to those of the page; a test holds them together."""
_ANSWERED = "the receiver answered "


def webhook_props(
    row: WebhookRow,
    deliveries: Iterable[DeliveryRow],
    areas: Mapping[str, str],
    words: Words,
) -> dict[str, object]:
    """One webhook with its latest deliveries."""
    state = _state(row)
    is_retrying = state == "retrying"
    kinds = [words.named("journal", kind) for kind in row.kinds]
    return {
        "id": row.id,
        "url": row.url,
        "area": areas.get(row.area_id, row.area_id),
        "kinds": words.list_mark.join(kinds) or words("webhook_all_kinds"),
        "by": words("webhook_by", name=row.created_by),
        "state": state,
        "state_name": words(f"webhook.{state}"),
        "since": _iso(row.waiting_since) if is_retrying else "",
        "why": why_words(row.waiting_error, words) if is_retrying else "",
        "paused": getattr(row.paused_text, words.language) if row.paused_text else "",
        "next": _iso(row.not_before) if is_retrying else "",
        "counts": [
            {"state": each.value, "text": words(f"webhook_count.{each}", count=row.counts[each])}
            for each in (DeliveryState.DELIVERED, DeliveryState.PENDING, DeliveryState.FAILED)
        ],
        "deliveries": [delivery_props(each, words) for each in deliveries],
    }


def delivery_props(row: DeliveryRow, words: Words) -> dict[str, object]:
    """One message; `can` says whether it may be sent again."""
    is_pending = row.state is DeliveryState.PENDING
    state = "waiting" if is_pending and not row.attempts else row.state.value
    is_test = row.kind == "test"
    tried = words("delivery_attempts", count=row.attempts) if row.attempts > 1 else ""
    return {
        "id": row.id,
        "at": row.created_at.isoformat(),
        "what": words("delivery_test") if is_test else words.named("journal", row.kind),
        "code": row.code,
        "state": state,
        "state_name": words(f"delivery.{state}"),
        "since": row.created_at.isoformat() if state == "pending" else "",
        "why": why_words(row.error, words),
        "tried": tried,
        "next": row.next_at.isoformat() if state == "pending" else "",
        "can": not is_pending,
    }


def why_words(error: str, words: Words) -> str:
    """Why an attempt failed, in the officer's language; as it is where the page has no words."""
    if error.startswith(_ANSWERED):
        return words("why.answered", status=error.removeprefix(_ANSWERED))
    known = (key for beginning, key in WHY.items() if error.startswith(beginning))
    key = next(known, None)
    return error if key is None else words(f"why.{key}")


def _state(row: WebhookRow) -> str:
    if row.disabled_at is not None:
        return "stopped"
    if row.paused is not None:
        return "paused"
    return "retrying" if row.failures or row.waiting_error else "working"


def _iso(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()
