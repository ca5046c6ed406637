"""Alert messages on their way from the outbox to the broker, in the outbox's order."""

from __future__ import annotations

from typing import Literal

from alerts.delivery import Connection, Publication
from alerts.publisher_ports import Key, Link, Queue
from alerts.topics import Topics

MAX_IN_FLIGHT = 50
"""Messages the broker has not acknowledged; more would only wait in its buffers."""


class AlertFlow:
    """Publishes what is due, with at most `MAX_IN_FLIGHT` on the way; one thread calls it."""

    def __init__(
        self, outbox: Queue, link: Link, topics: Topics, *, receipts: Literal["desk", "broker"]
    ) -> None:
        """With `receipts` "broker" the broker's acknowledgement is the receipt."""
        self._outbox = outbox
        self._link = link
        self._topics = topics
        self._receipts = receipts
        self._in_flight: dict[Key, Publication] = {}

    @property
    def in_flight(self) -> int:
        """Messages handed over that the broker has not acknowledged."""
        return len(self._in_flight)

    def begin(self, connection: Connection) -> None:
        """A new connection: what the old one may have lost is due at once."""
        unsent = list(self._in_flight)
        self._in_flight.clear()
        self._outbox.mark_due(unsent)
        if not connection.is_session_present:  # the broker forgot us, and its queues perhaps too
            self._outbox.mark_due(None)

    def settle(self) -> None:
        """Note what the broker has acknowledged since."""
        done = [key for key, sent in self._in_flight.items() if sent.is_acknowledged]
        if done and self._receipts == "broker":
            self._outbox.acknowledged(done)
        for key in done:
            del self._in_flight[key]

    def publish_due(self, now: float) -> None:
        """Publish what is due at `now` (monotonic) and fits in flight.

        Raises:
            PublishError: The connection broke; what was handed over before is noted.
        """
        free = MAX_IN_FLIGHT - len(self._in_flight)
        if free <= 0:
            return
        sent: list[Key] = []
        try:
            for waiting in self._outbox.due(now, MAX_IN_FLIGHT):
                key = (waiting.camera, waiting.sequence)
                if key not in self._in_flight and len(sent) < free:
                    topic = self._topics.alert(waiting.camera)
                    self._in_flight[key] = self._link.publish(topic, waiting.payload)
                    sent.append(key)
        finally:
            if sent:
                self._outbox.mark_published(sent, now)

    def is_empty(self, now: float) -> bool:
        """Whether nothing is in flight and nothing is due."""
        return not self._in_flight and not self._outbox.due(now, 1)
