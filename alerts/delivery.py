"""What passes between us and the broker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from paho.mqtt.client import MQTTMessageInfo
from paho.mqtt.enums import MQTTErrorCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Retained:
    """A payload to stay on a topic: a birth, a will, a status."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Delivery:
    """A message that came in.

    Attributes:
        acknowledge: To be called once, from any thread, when it is dealt with for good. The
            broker sends no more than its limit of messages in flight before that.
    """

    topic: str
    payload: bytes
    is_retained: bool
    acknowledge: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One connection to the broker, counted from 1; whether it knew our session."""

    number: int
    is_session_present: bool


class Publication:
    """A message handed to the broker at QoS 1."""

    def __init__(self, sent: MQTTMessageInfo) -> None:
        self._sent = sent

    @property
    def is_acknowledged(self) -> bool:
        """Whether the broker has said that it has the message."""
        return self._sent.rc == MQTTErrorCode.MQTT_ERR_SUCCESS and self._sent.is_published()


OnMessage = Callable[[Delivery], None]
"""Called on the network thread: hand over and return; it must not raise."""
