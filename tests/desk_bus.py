"""A bus in memory for the desk's tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from pydantic import BaseModel

from alerts.delivery import Connection, Delivery, OnMessage, Publication
from alerts.errors import PublishError
from alerts.schema import AlertMessage
from tests.desk_factories import TOPICS


class Published(Publication):
    """A publication that the broker has at once, or never."""

    def __init__(self, *, is_acknowledged: bool) -> None:
        self._is_acknowledged = is_acknowledged

    @property
    def is_acknowledged(self) -> bool:
        """As told."""
        return self._is_acknowledged


@dataclass
class FakeBus:
    """Hands messages to whoever subscribed, and keeps what was published and acknowledged."""

    connection: Connection | None = field(
        default_factory=lambda: Connection(number=1, is_session_present=True)
    )
    is_acknowledging: bool = True
    published: list[tuple[str, bytes]] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    subscriptions: dict[str, OnMessage] = field(default_factory=dict)
    is_running: bool = False
    _count: int = 0
    _lock: Lock = field(default_factory=Lock)

    def start(self) -> None:
        """Nothing connects."""
        self.is_running = True

    def stop(self) -> None:
        """Nothing disconnects."""
        self.is_running = False

    def subscribe(self, topic: str, on_message: OnMessage) -> None:
        """Keep the subscription."""
        self.subscriptions[topic] = on_message

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> Publication:
        """Keep the message."""
        if self.connection is None:
            raise PublishError("no connection to the broker")
        with self._lock:
            self.published.append((topic, payload))
        return Published(is_acknowledged=self.is_acknowledging)

    def deliver(self, topic: str, payload: bytes, *, is_retained: bool = False) -> int:
        """Hand a message over; its number appears in `acknowledged` once it is dealt with."""
        self._count += 1
        number = self._count
        kind, leaf = topic.split("/")[3], topic.split("/")[5]
        self.subscriptions[f"{TOPICS.root}/{kind}/+/{leaf}"](
            Delivery(
                topic=topic,
                payload=payload,
                is_retained=is_retained,
                acknowledge=lambda: self.acknowledged.append(number),
            )
        )
        return number

    def alert(self, message: AlertMessage) -> int:
        """Deliver an alert message."""
        return self.deliver(TOPICS.alert(message.camera), wire(message))

    def on(self, topic: str) -> list[bytes]:
        """What was published on `topic`."""
        return [payload for each, payload in self.published if each == topic]


def wire(message: BaseModel) -> bytes:
    """As it travels."""
    return message.model_dump_json().encode()
