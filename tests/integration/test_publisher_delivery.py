"""Alerts from the outbox to a desk, over real brokers that come and go."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock

import pytest

from alerts.delivery import Delivery, Retained
from alerts.mqtt import MqttLink
from alerts.node_voice import NodeIdentity, NodeVoice
from alerts.outbox import Outbox
from alerts.publisher import Publisher
from alerts.schema import AlertMessage, NodeStatus, Receipt
from alerts.topics import Topics
from deploy.broker import EmbeddedBroker
from tests.brokers import Mosquitto, config_for, make_broker
from tests.unit.alerts.builders import alert, compose

pytestmark = pytest.mark.mqtt
TOPICS = Topics("village")
IDENTITY = NodeIdentity(node="node-1", version="test")
AnyBroker = Mosquitto | EmbeddedBroker


def until(is_true: Callable[[], object], limit_s: float = 30.0) -> None:
    deadline = time.monotonic() + limit_s
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


class Desk:
    """Notes what comes, and sends receipts while it is told to."""

    def __init__(self, broker: AnyBroker) -> None:
        self._lock = Lock()
        self.came: list[tuple[str, int]] = []
        self.states: list[str] = []
        self.is_receipting = True
        self.link = MqttLink(config_for(broker), client_id="desk")
        self.link.subscribe(TOPICS.alert("+"), self._alert)
        self.link.subscribe(TOPICS.node_status("+"), self._status)
        self.link.start()

    def _alert(self, delivery: Delivery) -> None:
        message = AlertMessage.model_validate_json(delivery.payload)
        with self._lock:
            self.came.append((message.camera, message.sequence))
        delivery.acknowledge()
        if self.is_receipting:
            span = ((message.sequence, message.sequence),)
            receipt = Receipt(outbox_id=message.outbox_id, received={message.camera: span})
            self.link.publish(TOPICS.receipt("node-1"), receipt.model_dump_json().encode())

    def _status(self, delivery: Delivery) -> None:
        self.states.append(NodeStatus.model_validate_json(delivery.payload).state)
        delivery.acknowledge()


class Node:
    """Outbox, link and publisher as a node wires them."""

    def __init__(self, broker: AnyBroker, folder: Path) -> None:
        self.outbox = Outbox(folder / "outbox.db")
        voice = NodeVoice(IDENTITY, TOPICS)
        self.link = MqttLink(
            config_for(broker), client_id="node-1", will=voice.will, is_resending=False
        )
        self.deaths: list[str] = []
        self.publisher = Publisher(
            self.outbox,
            self.link,
            TOPICS,
            IDENTITY,
            voice=voice,
            on_death=lambda name, error: self.deaths.append(f"{name}: {error!r}"),
        )
        self.link.start()
        self.publisher.start()

    def raise_alerts(self, count: int) -> None:
        for _ in range(count):
            self.outbox.commit([alert(camera="gate"), alert(camera="road")], compose)
            self.publisher.wake()

    def stop(self) -> None:
        self.publisher.stop()
        self.link.stop()
        self.outbox.close()


@pytest.fixture(params=["mosquitto", "embedded"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyBroker]:
    with make_broker(request.param, tmp_path) as started:
        yield started


@pytest.fixture
def desk(broker: AnyBroker) -> Iterator[Desk]:
    made = Desk(broker)
    until(lambda: made.link.connection)
    yield made
    made.link.stop()


@pytest.fixture
def node(broker: AnyBroker, desk: Desk, tmp_path: Path) -> Iterator[Node]:
    made = Node(broker, tmp_path)
    yield made
    made.stop()
    assert made.deaths == []


def test_alerts_arrive_in_the_order_of_their_camera_and_the_outbox_empties(
    node: Node, desk: Desk
) -> None:
    node.raise_alerts(100)
    until(lambda: node.outbox.backlog() == 0)
    for camera in ("gate", "road"):
        assert [number for name, number in desk.came if name == camera] == list(range(1, 101))


def test_nothing_is_lost_when_the_broker_goes_in_the_middle(
    node: Node, desk: Desk, broker: AnyBroker
) -> None:
    node.raise_alerts(20)
    until(lambda: len(desk.came) > 5)
    broker.stop()
    node.raise_alerts(20)
    broker.start()
    node.raise_alerts(20)
    until(lambda: node.outbox.backlog() == 0)
    assert set(desk.came) == {(camera, n) for camera in ("gate", "road") for n in range(1, 61)}


def test_the_brokers_acknowledgement_alone_does_not_empty_the_outbox(
    node: Node, desk: Desk, broker: AnyBroker
) -> None:
    desk.is_receipting = False
    node.raise_alerts(3)
    until(lambda: len(desk.came) == 6)
    assert node.outbox.backlog() == 6
    desk.is_receipting = True
    broker.stop()
    broker.start()  # a new connection, or at the latest the time-out, repeats them
    until(lambda: node.outbox.backlog() == 0)
    assert set(desk.came) == {(camera, n) for camera in ("gate", "road") for n in (1, 2, 3)}


def test_birth_farewell_and_will(node: Node, desk: Desk, broker: AnyBroker, tmp_path: Path) -> None:
    until(lambda: desk.states[-1:] == ["online"])
    node.stop()
    until(lambda: desk.states[-1:] == ["offline"])
    assert "draining" in desk.states
    (tmp_path / "again").mkdir()
    again = Node(broker, tmp_path / "again")
    until(lambda: desk.states[-1:] == ["online"])
    again.publisher.stop = lambda: None  # type: ignore[method-assign] # it dies instead
    again.link._client.socket().close()  # type: ignore[union-attr] # the cable is cut
    until(lambda: desk.states.count("offline") == 2)
    until(lambda: desk.states[-1] == "online")  # it connected again by itself
    Publisher.stop(again.publisher)
    again.stop()


def test_a_retained_will_tells_a_desk_that_comes_later(broker: AnyBroker) -> None:
    will = NodeVoice(IDENTITY, TOPICS).will
    assert isinstance(will, Retained)
    node = MqttLink(config_for(broker), client_id="node-1", will=will)
    node.start()
    until(lambda: node.connection)
    node._client.reconnect_delay_set(30, 60)
    node._client.socket().close()  # type: ignore[union-attr] # the cable is cut
    time.sleep(1.0)
    desk = Desk(broker)
    until(lambda: desk.states == ["offline"])
    desk.link.stop()
    node.stop()
