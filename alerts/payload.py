"""The bytes of an alert message, never more than a broker takes."""

from __future__ import annotations

from alerts.errors import OutboxError
from alerts.schema import MAX_ALERT_BYTES, AlertMessage, Text


def fit(message: AlertMessage, limit: int = MAX_ALERT_BYTES) -> tuple[AlertMessage, bytes]:
    """The message and its JSON in at most `limit` bytes, its text shortened as far as needed.

    One message beyond the broker's limit would end every connection and stop the queue behind
    it, and an alert with a shortened text is worth more than none.

    Raises:
        OutboxError: It does not fit even without its text.
    """
    while len(payload := encode(message)) > limit:
        text = _halve(message.text)
        if text == message.text:
            raise OutboxError(
                f"camera {message.camera}: alert {message.alert_id} has {len(payload)} bytes, "
                f"more than {limit}, even without its text; it is not stored"
            )
        message = message.model_copy(update={"text": text})
    return message, payload


def encode(message: AlertMessage) -> bytes:
    """The message as it travels."""
    return message.model_dump_json().encode()


def _halve(text: Text) -> Text:
    return Text(zh=_half(text.zh), en=_half(text.en))


def _half(words: str) -> str:
    return words[: len(words) // 2] + "…" if len(words) > 4 else ""
