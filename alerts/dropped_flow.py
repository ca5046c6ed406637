"""Tells the desk which numbers no message will ever have, so that it does not ask for ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from alerts.delivery import Publication
from alerts.outbox_room import DroppedRange
from alerts.publisher_ports import Link, Queue
from alerts.schema import DroppedMessage

RANGES_AT_ONCE = 500
"""Some 30 bytes each: far below what a broker takes. Confirmed ones make room for the next."""
AGAIN_S = 30.0


class DroppedFlow:
    """Publishes unconfirmed ranges, again every `AGAIN_S`; one thread calls it."""

    def __init__(
        self, outbox: Queue, link: Link, topic: str, node: str, receipts: Literal["desk", "broker"]
    ) -> None:
        """With `receipts` "broker" the broker's acknowledgement confirms them."""
        self._outbox = outbox
        self._link = link
        self._topic = topic
        self._node = node
        self._receipts = receipts
        self._told: tuple[DroppedRange, ...] = ()
        self._sent: Publication | None = None
        self._again_at = 0.0

    def begin(self) -> None:
        """A new connection: say all of it again."""
        self._told, self._sent = (), None

    def publish_due(self, now: float) -> None:
        """Say what is new, or not confirmed for long; `now` is monotonic.

        Raises:
            PublishError: The connection broke.
        """
        self._settle()
        ranges = tuple(self._outbox.dropped(RANGES_AT_ONCE))
        if not ranges or (ranges == self._told and now < self._again_at):
            return
        message = DroppedMessage(
            node=self._node, outbox_id=self._outbox.outbox_id, dropped=_by_camera(ranges)
        )
        self._sent = self._link.publish(self._topic, message.model_dump_json().encode())
        self._told, self._again_at = ranges, now + AGAIN_S

    def _settle(self) -> None:
        if self._sent is not None and self._sent.is_acknowledged:
            self._sent = None
            if self._receipts == "broker":
                self._outbox.forget_dropped(self._told)


def _by_camera(ranges: Sequence[DroppedRange]) -> dict[str, tuple[tuple[int, int], ...]]:
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    for each in ranges:
        found[each.camera] = (*found.get(each.camera, ()), (each.first, each.last))
    return found
