"""The desk's receipts, between the network thread and the publisher."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable

from pydantic import ValidationError

from alerts.delivery import Delivery
from alerts.schema import Receipt

MAX_WAITING = 256
MAX_RECEIPT_BYTES = 262_144
"""As much as our brokers let through (`max_payload_size`, `message_size_limit`)."""

logger = logging.getLogger(__name__)


class ReceiptTray:
    """Bounded; when full the oldest is dropped and counted.

    A lost receipt loses nothing: its messages are published again, and the desk, which knows
    them, sends another. So a receipt is acknowledged on arrival.

    Attributes:
        taken: Receipts read, those of other outboxes included.
        dropped: Receipts pushed out unread.
        refused: Malformed or oversized ones.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._waiting: deque[bytes] = deque(maxlen=MAX_WAITING)
        self.taken = 0
        self.dropped = 0
        self.refused = 0

    def put(self, delivery: Delivery) -> None:
        """On the network thread: keep it for the publisher."""
        if len(self._waiting) == MAX_WAITING:
            self.dropped += 1
        self._waiting.append(delivery.payload)
        delivery.acknowledge()
        self._wake()

    def take(self) -> list[Receipt]:
        """All that came since; malformed ones are counted and the first of them is logged."""
        receipts = []
        while self._waiting:
            receipt = self._parse(self._waiting.popleft())
            if receipt is not None:
                receipts.append(receipt)
        self.taken += len(receipts)
        return receipts

    def _parse(self, payload: bytes) -> Receipt | None:
        try:
            if len(payload) > MAX_RECEIPT_BYTES:
                raise ValueError(f"{len(payload)} bytes")
            return Receipt.model_validate_json(payload)
        except ValueError as error:  # pydantic's ValidationError is one
            self.refused += 1
            if self.refused == 1:
                logger.warning(
                    "a receipt is malformed (%s); further ones are only counted",
                    _brief(error),
                    extra={"action": "receipt-refused"},
                )
            return None


def _brief(error: ValueError) -> str:
    """What is wrong, without the content."""
    if isinstance(error, ValidationError):
        return "; ".join(f"{fault['loc']}: {fault['msg']}" for fault in error.errors()[:3])
    return str(error)
