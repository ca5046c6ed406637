"""In the place of the bus: what tests hand in is delivered, nothing goes out."""

from __future__ import annotations

from alerts.delivery import Connection, Delivery, OnMessage, Publication
from alerts.errors import PublishError
from alerts.schema import Wire


class SilentLink:
    """A link without a broker."""

    connection: Connection | None = None

    def __init__(self) -> None:
        self._receivers: dict[str, OnMessage] = {}

    def start(self) -> None:
        """Nothing to connect to."""

    def stop(self) -> None:
        """Nothing to leave."""

    def subscribe(self, topic: str, on_message: OnMessage) -> None:
        self._receivers[topic.rsplit("/", 1)[-1]] = on_message

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> Publication:
        raise PublishError("there is no broker in this test")

    def bring(self, topic: str, message: Wire, *, is_retained: bool = False) -> None:
        """Deliver a message as the broker would."""
        delivery = Delivery(
            topic=topic,
            payload=message.model_dump_json().encode(),
            is_retained=is_retained,
            acknowledge=lambda: None,
        )
        self._receivers[topic.rsplit("/", 1)[-1]](delivery)
