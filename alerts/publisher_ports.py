"""What the publisher needs of the outbox and of the broker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from alerts.delivery import Connection, OnMessage, Publication
from alerts.outbox import Waiting
from alerts.outbox_room import Backlog, DroppedRange
from alerts.schema import Receipt

Key = tuple[str, int]
"""(camera, sequence): a message in one outbox."""


class Link(Protocol):
    """What the publisher needs of `alerts.mqtt.MqttLink`."""

    @property
    def connection(self) -> Connection | None:
        """The present connection."""
        ...

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> Publication:
        """Hand one message over at QoS 1, or raise PublishError."""
        ...

    def subscribe(self, topic: str, on_message: OnMessage) -> None:
        """Have `on_message` called for what comes."""
        ...

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` on connection, disconnection and acknowledgement."""
        ...


class Queue(Protocol):
    """What the publisher needs of `alerts.outbox.Outbox`; see there."""

    @property
    def outbox_id(self) -> UUID: ...  # noqa: D102
    def due(self, now: float, limit: int) -> list[Waiting]: ...  # noqa: D102
    def mark_published(self, published: Sequence[Key], now: float) -> None: ...  # noqa: D102
    def mark_due(self, unsent: Sequence[Key] | None = None) -> None: ...  # noqa: D102
    def acknowledged(self, delivered: Sequence[Key]) -> None: ...  # noqa: D102
    def receive(self, receipt: Receipt) -> bool: ...  # noqa: D102
    def backlog(self) -> int: ...  # noqa: D102
    def standing(self) -> Backlog: ...  # noqa: D102
    def dropped(self, limit: int) -> list[DroppedRange]: ...  # noqa: D102
    def forget_dropped(self, told: Sequence[DroppedRange]) -> None: ...  # noqa: D102
