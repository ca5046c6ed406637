"""Who wants the messages of which topics."""

from __future__ import annotations

from threading import Lock

from paho.mqtt.client import MQTTMessage, topic_matches_sub

from alerts.delivery import OnMessage

KNOWN = 10_000
"""Topics whose handler is remembered: comparing one with the filters costs as much as taking it."""


class Subscriptions:
    """Topic filters with what to call; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._handlers: dict[str, OnMessage] = {}
        self._known: dict[str, OnMessage | None] = {}

    def add(self, topic: str, on_message: OnMessage) -> None:
        """Have `on_message` called for `topic`, which may hold `+` and `#`."""
        with self._lock:
            self._handlers[topic] = on_message
            self._known.clear()

    def topics(self) -> list[str]:
        """All of them, the first one first."""
        with self._lock:
            return list(self._handlers)

    def handler_of(self, message: MQTTMessage) -> OnMessage | None:
        """Of the first that matches.

        None for a topic that is not text, or of an earlier run's subscription.
        """
        try:
            topic = message.topic
        except UnicodeDecodeError:
            return None
        with self._lock:
            if topic not in self._known:
                if len(self._known) >= KNOWN:
                    self._known.clear()
                self._known[topic] = self._first(topic)
            return self._known[topic]

    def _first(self, topic: str) -> OnMessage | None:
        handlers = self._handlers.items()
        return next((call for sub, call in handlers if topic_matches_sub(sub, topic)), None)
