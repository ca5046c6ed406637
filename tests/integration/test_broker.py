"""What our messages need of the embedded broker, asked with paho."""

from __future__ import annotations

import queue
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from deploy.broker import MAX_PAYLOAD_BYTES, EmbeddedBroker
from deploy.child_process import ChildStartError

pytestmark = pytest.mark.mqtt

WAIT_S = 5.0

Connect = Callable[..., "Client"]


class Client:
    """A paho client that puts what it receives into a queue."""

    def __init__(self, client_id: str, *, clean: bool = True) -> None:
        self.paho = mqtt.Client(CallbackAPIVersion.VERSION2, client_id, clean_session=clean)
        self.received: queue.Queue[mqtt.MQTTMessage] = queue.Queue(100)
        self.connected: queue.Queue[bool] = queue.Queue(10)
        self.subscribed: queue.Queue[int] = queue.Queue(10)
        self.paho.on_connect = lambda *arguments: self.connected.put(
            bool(arguments[2].session_present)
        )
        self.paho.on_message = lambda _client, _data, message: self.received.put(message)
        self.paho.on_subscribe = lambda *arguments: self.subscribed.put(arguments[2])

    def connect(self, port: int) -> bool:
        """Connect; returns whether the broker knew the session."""
        self.paho.connect("127.0.0.1", port, keepalive=5)
        self.paho.loop_start()
        return self.connected.get(timeout=WAIT_S)

    def subscribe(self, topic: str) -> None:
        self.paho.subscribe(topic, qos=1)
        self.subscribed.get(timeout=WAIT_S)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self.paho.publish(topic, payload, qos=1, retain=retain).wait_for_publish(WAIT_S)

    def next(self) -> mqtt.MQTTMessage:
        return self.received.get(timeout=WAIT_S)

    def close(self) -> None:
        self.paho.disconnect()
        self.paho.loop_stop()


@contextmanager
def connected(broker: EmbeddedBroker, client_id: str, *, clean: bool = True) -> Iterator[Client]:
    client = Client(client_id, clean=clean)
    try:
        client.connect(broker.port)
        yield client
    finally:
        client.close()


@pytest.fixture(scope="module")
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as broker:
        yield broker


@pytest.mark.parametrize("size", [10, 20_480, 100_000], ids=["small", "library limit", "large"])
def test_a_message_arrives_whole_at_qos_1(broker: EmbeddedBroker, size: int) -> None:
    assert size < MAX_PAYLOAD_BYTES
    topic = f"t/qos1/{size}"
    with connected(broker, "qos1-sub") as subscriber, connected(broker, "qos1-pub") as publisher:
        subscriber.subscribe(topic)
        publisher.publish(topic, b"x" * size)
        message = subscriber.next()
    assert (message.qos, message.retain, len(message.payload)) == (1, False, size)


def test_a_retained_message_meets_who_comes_later(broker: EmbeddedBroker) -> None:
    with connected(broker, "retain-pub") as publisher:
        publisher.publish("t/retained", b"online", retain=True)
    with connected(broker, "retain-sub") as subscriber:
        subscriber.subscribe("t/retained")
        message = subscriber.next()
    assert (message.payload, message.retain) == (b"online", True)


def test_the_will_is_published_when_a_client_vanishes(broker: EmbeddedBroker) -> None:
    with connected(broker, "will-sub") as subscriber:
        subscriber.subscribe("t/will")
        vanishing = Client("will-pub")
        vanishing.paho.will_set("t/will", b"offline", qos=1, retain=True)
        vanishing.connect(broker.port)
        vanishing.paho.loop_stop()
        connection = vanishing.paho.socket()
        assert isinstance(connection, socket.socket)
        connection.shutdown(socket.SHUT_RDWR)  # no DISCONNECT is sent
        assert subscriber.next().payload == b"offline"
        connection.close()


def test_a_persistent_session_is_given_what_it_missed_in_order(broker: EmbeddedBroker) -> None:
    with connected(broker, "desk", clean=False) as desk:
        desk.subscribe("t/offline/#")
    with connected(broker, "node") as node:
        for number in range(50):
            node.publish("t/offline/alert", str(number).encode())
    again = Client("desk", clean=False)
    try:
        assert again.connect(broker.port)
        assert [int(again.next().payload) for _ in range(50)] == list(range(50))
    finally:
        again.close()


def test_a_taken_port_is_said_in_one_line(broker: EmbeddedBroker) -> None:
    with pytest.raises(ChildStartError, match=f"127.0.0.1:{broker.port}") as error:
        EmbeddedBroker(broker.port).start()
    assert "\n" not in str(error.value)


def test_it_listens_on_the_loopback_interface_only(broker: EmbeddedBroker) -> None:
    # 127.0.0.2 reaches whoever listens on all interfaces, but not a listener on 127.0.0.1.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", broker.port), timeout=2)


def test_a_stopped_broker_can_be_started_again_on_its_port() -> None:
    broker = EmbeddedBroker().start()
    port = broker.port
    broker.stop()
    broker.stop()
    assert not broker.is_running
    with broker, connected(broker, "again") as client:
        client.publish("t/again", b"1")
        assert broker.port == port
