"""Who wants the messages of which topics."""

from __future__ import annotations

from threading import Lock

from paho.mqtt.client import MQTTMessage, topic_matches_sub

from alerts.delivery import OnMessage


class Subscriptions:
    """Topic filters with what to call; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._handlers: dict[str, OnMessage] = {}

    def add(self, topic: str, on_message: OnMessage) -> None:
        """Have `on_message` called for `topic`, which may hold `+` and `#`."""
        with self._lock:
            self._handlers[topic] = on_message

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
            handlers = self._handlers.items()
            return next((call for sub, call in handlers if topic_matches_sub(sub, topic)), None)
