"""How a receiver knows that a message is from this desk, and fresh.

A receiver checks, over the bytes of the body as they came:

    expected = hmac.new(secret, timestamp + b"." + body, hashlib.sha256).hexdigest()
    hmac.compare_digest("v1=" + expected, headers["Xueliang-Signature"])

and refuses a `Xueliang-Timestamp` more than five minutes from its own clock.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from uuid import UUID

SIGNATURE = "Xueliang-Signature"
TIMESTAMP = "Xueliang-Timestamp"
EVENT = "Xueliang-Event"
ATTEMPT = "Xueliang-Attempt"


def new_secret() -> str:
    """256 bits, as text."""
    return secrets.token_urlsafe(32)


def signature(secret: str, timestamp_s: int, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256 over timestamp, a dot and the body, in hex."""
    signed = f"{timestamp_s}.".encode() + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def headers(
    secret: str, body: bytes, *, event_id: UUID, attempt: int, timestamp_s: int
) -> dict[str, str]:
    """What goes with the body; `event_id` is for dropping what came before."""
    return {
        "Content-Type": "application/json",
        EVENT: str(event_id),
        ATTEMPT: str(attempt),
        TIMESTAMP: str(timestamp_s),
        SIGNATURE: signature(secret, timestamp_s, body),
    }
