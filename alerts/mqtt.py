"""paho-mqtt behind the few things that node and desk need of it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from alerts.ack_order import AckOrder
from alerts.config import MqttConfig
from alerts.delivery import Connection, Delivery, OnMessage, Publication, Retained
from alerts.errors import PublishError
from alerts.mqtt_client import begin_connecting, make_client, stop_connecting
from alerts.mqtt_faults import PahoLog, connect_fault
from alerts.subscriptions import Subscriptions

logger = logging.getLogger(__name__)


class MqttLink:
    """One persistent session with the broker, kept up from `start` to `stop`.

    Everything is QoS 1. Messages in flight when a connection breaks are sent again by paho
    where `is_resending`, else forgotten: then the outbox sends them again, in its order.
    """

    def __init__(
        self,
        config: MqttConfig,
        *,
        client_id: str,
        will: Retained | None = None,
        max_in_flight: int = 100,
        is_resending: bool = True,
    ) -> None:
        """Read the password file and certificates; connects only in `start`.

        Args:
            config: The site file's `mqtt`.
            client_id: The same in every run, different in every process of the site.
            will: What the broker publishes when we vanish.
            max_in_flight: Messages published but not acknowledged; `publish` refuses more.
            is_resending: See above.

        Raises:
            PublishError: A file cannot be read; names it, never its content.
        """
        self._config = config
        self._is_resending = is_resending
        self._place = f"{config.host}:{config.port}"
        self._subscriptions = Subscriptions()
        self._watchers: list[Callable[[], None]] = []
        self._count = 0
        self._connection: Connection | None = None
        self._fault = ""
        self._is_stopping = False
        self._log = PahoLog()
        self._client = make_client(config, client_id, max_in_flight, self._log)
        self._acks = AckOrder(lambda mid: self._client.ack(mid, 1))
        if will is not None:
            self._client.will_set(will.topic, will.payload, qos=1, retain=True)
        self._client.on_connect = self._on_connect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message
        self._client.on_publish = self._on_publish

    @property
    def connection(self) -> Connection | None:
        """The present connection, or None while there is none."""
        return self._connection

    @property
    def fault(self) -> str:
        """Why there is no connection, in English; empty while there is one."""
        return self._fault

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` on the network thread when the connection or an acknowledgement changes.

        It must be quick and take no lock that is held while publishing.
        """
        self._watchers.append(changed)

    def start(self) -> None:
        """Begin to connect, and to connect again whenever the connection breaks."""
        begin_connecting(self._client, self._config)

    def stop(self, deadline_s: float = 2.0) -> None:
        """Disconnect in order, without the will; a second call does nothing."""
        self._is_stopping = True
        stop_connecting(self._client, deadline_s)
        self._connection = None

    def subscribe(self, topic: str, on_message: OnMessage) -> None:
        """Have `on_message` called for what comes on `topic` (`+` and `#` allowed).

        A message that matches several topics goes to the one subscribed first.
        """
        self._subscriptions.add(topic, on_message)
        if self._connection is not None:
            self._client.subscribe(topic, qos=1)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> Publication:
        """Hand one message over; safe from any thread.

        Raises:
            PublishError: There is no connection, or too many messages are in flight.
        """
        if self._connection is None:
            raise PublishError(f"no connection to the broker: {self._fault or 'not yet'}")
        sent = self._client.publish(topic, payload, qos=1, retain=retain)
        if sent.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise PublishError(f"the broker does not take more now: {sent.rc.name}")
        return Publication(sent)

    def _on_connect(
        self,
        client: Client,
        userdata: object,
        flags: ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._lose(f"the broker refuses: {reason}")
            return
        self._acks.forget()
        if not self._is_resending:
            client.drop_out_messages()
        for (
            topic
        ) in self._subscriptions.topics():  # also in a kept session: the site file may have changed
            client.subscribe(topic, qos=1)
        self._count += 1
        self._fault = ""
        self._connection = Connection(number=self._count, is_session_present=flags.session_present)
        logger.info("connected to the broker", extra={"action": "mqtt-connected"})
        self._tell()

    def _on_connect_fail(self, client: Client, userdata: object) -> None:
        # paho calls this while it handles the error, and does not hand it over
        self._lose(connect_fault(sys.exception(), self._place))

    def _on_disconnect(
        self,
        client: Client,
        userdata: object,
        flags: DisconnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if why := self._log.take():
            self._lose(f"{self._place}: {why}")
        else:
            is_known = reason.is_failure and self._fault
            self._lose(self._fault if is_known else f"disconnected: {reason}")

    def _lose(self, fault: str) -> None:
        self._connection = None
        self._acks.forget()
        if fault != self._fault and not self._is_stopping:  # once, not at every attempt
            logger.warning("no broker: %s", fault, extra={"action": "mqtt-lost"})
        self._fault = fault
        self._tell()

    def _on_message(self, client: Client, userdata: object, message: MQTTMessage) -> None:
        acknowledge = self._acks.received(message.mid) if message.qos else _nothing
        handler = self._subscriptions.handler_of(message)
        if handler is None:  # nothing may stay unacknowledged in the middle
            acknowledge()
            return
        handler(
            Delivery(
                topic=message.topic,
                payload=bytes(message.payload),
                is_retained=message.retain,
                acknowledge=acknowledge,
            )
        )

    def _on_publish(self, *_: Any) -> None:  # noqa: ANN401 - paho's arguments, none of them used
        self._tell()

    def _tell(self) -> None:
        for changed in self._watchers:
            changed()


def _nothing() -> None:
    """QoS 0 has no acknowledgement."""
