"""`MqttLink` on Mosquitto and on the embedded broker."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from queue import Queue

import pytest

from alerts.config import MqttConfig
from alerts.delivery import Delivery, Retained
from alerts.errors import PublishError
from alerts.mqtt import MqttLink
from deploy.broker import EmbeddedBroker
from tests.brokers import Mosquitto, config_for, make_broker
from tests.leaks import planted

pytestmark = pytest.mark.mqtt
AnyBroker = Mosquitto | EmbeddedBroker
OpenLink = Callable[..., MqttLink]


@pytest.fixture(params=["mosquitto", "mosquitto-5", "embedded"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyBroker]:
    with make_broker(request.param, tmp_path) as started:
        yield started


@pytest.fixture
def open_link(broker: AnyBroker) -> Iterator[OpenLink]:
    links: list[MqttLink] = []

    def start(client_id: str, **options: object) -> MqttLink:
        link = MqttLink(config_for(broker), client_id=client_id, **options)  # type: ignore[arg-type] # by name
        links.append(link)
        return link

    yield start
    for link in links:
        link.stop()


def until(is_true: Callable[[], object], limit_s: float = 10.0) -> None:
    deadline = time.monotonic() + limit_s
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def connected(link: MqttLink) -> MqttLink:
    link.start()
    until(lambda: link.connection)
    return link


def receiver(link: MqttLink, topic: str) -> Queue[Delivery]:
    queue: Queue[Delivery] = Queue()
    link.subscribe(topic, queue.put)
    return queue


def test_a_message_arrives_and_is_acknowledged(open_link: OpenLink) -> None:
    desk, node = open_link("desk"), open_link("node")
    arrived = receiver(desk, "site/+/alert")
    connected(desk)
    publication = connected(node).publish("site/gate/alert", b"hello")
    delivery = arrived.get(timeout=5)
    assert (delivery.topic, delivery.payload) == ("site/gate/alert", b"hello")
    until(lambda: publication.is_acknowledged)


def test_the_will_is_said_for_a_node_that_vanishes_but_not_for_one_that_leaves(
    open_link: OpenLink,
) -> None:
    desk = open_link("desk")
    arrived = receiver(desk, "site/status")
    connected(desk)
    will = Retained(topic="site/status", payload=b"offline")
    connected(open_link("leaver", will=will)).stop()
    vanisher = connected(open_link("node", will=will))
    vanisher._client.socket().close()  # type: ignore[union-attr] # as if the machine were unplugged
    delivery = arrived.get(timeout=10)
    delivery.acknowledge()
    assert delivery.payload == b"offline"
    assert arrived.empty()


def test_a_subscriber_that_comes_late_gets_what_is_retained(open_link: OpenLink) -> None:
    node = connected(open_link("node"))
    published = node.publish("site/status", b"online", retain=True)
    until(lambda: published.is_acknowledged)
    late = open_link("late")
    arrived = receiver(late, "site/#")
    connected(late)
    delivery = arrived.get(timeout=5)
    assert (delivery.payload, delivery.is_retained) == (b"online", True)


def test_what_was_not_acknowledged_is_delivered_again_and_the_rest_is_not(
    open_link: OpenLink,
) -> None:
    desk, node = open_link("desk"), connected(open_link("node"))
    arrived = receiver(desk, "site/alert")
    connected(desk)
    for number in range(6):
        node.publish("site/alert", b"%d" % number)
    first = [arrived.get(timeout=5) for _ in range(6)]
    for index in (2, 0, 1, 5):  # 5 is dealt with, but 3 and 4 before it are not
        first[index].acknowledge()
    time.sleep(0.3)
    desk.stop()
    again = open_link("desk")
    arrived = receiver(again, "site/alert")
    connected(again)
    assert [arrived.get(timeout=5).payload for _ in range(3)] == [b"3", b"4", b"5"]


def test_a_persistent_session_keeps_what_came_while_the_desk_was_away(
    open_link: OpenLink,
) -> None:
    desk, node = open_link("desk"), connected(open_link("node"))
    receiver(desk, "site/alert")
    connected(desk)
    time.sleep(0.3)
    desk.stop()
    for number in range(500):
        until(partial(_is_published, node, b"%d" % number))
    again = open_link("desk")
    arrived = receiver(again, "site/alert")
    connected(again)
    payloads = []
    for _ in range(500):
        delivery = arrived.get(timeout=5)
        payloads.append(int(delivery.payload))
        delivery.acknowledge()
    assert payloads == list(range(500))
    time.sleep(0.2)
    assert arrived.empty()


def test_over_a_restart_of_the_broker_only_mosquitto_keeps_what_waits(
    open_link: OpenLink, broker: AnyBroker
) -> None:
    """The demo's broker forgets; there the receipts see to it that nothing is lost."""
    desk, node = open_link("desk"), connected(open_link("node"))
    receiver(desk, "site/alert")
    connected(desk)
    time.sleep(0.3)
    desk.stop()
    sent = node.publish("site/alert", b"waits")
    until(lambda: sent.is_acknowledged)
    broker.stop()
    broker.start()
    again = open_link("desk")
    arrived = receiver(again, "site/alert")
    connected(again)
    assert again.connection is not None
    is_kept = isinstance(broker, Mosquitto)
    assert again.connection.is_session_present is is_kept
    if is_kept:
        assert arrived.get(timeout=5).payload == b"waits"


def _is_published(node: MqttLink, payload: bytes) -> bool:
    try:
        node.publish("site/alert", payload)
    except PublishError:
        return False
    return True


def test_the_connection_comes_back_after_the_broker_and_subscriptions_with_it(
    open_link: OpenLink, broker: AnyBroker
) -> None:
    link = open_link("desk")
    arrived = receiver(link, "site/alert")
    connected(link)
    broker.stop()
    until(lambda: link.connection is None)
    with pytest.raises(PublishError, match="no connection"):
        link.publish("site/alert", b"lost")
    broker.start()
    until(lambda: link.connection)
    assert link.connection is not None
    assert link.connection.number == 2
    until(lambda: _published_to(link, arrived))


def _published_to(link: MqttLink, arrived: Queue[Delivery]) -> bool:
    link.publish("site/alert", b"back")
    time.sleep(0.05)
    return not arrived.empty()


def test_a_large_message_does_not_stop_the_queue_behind_it(open_link: OpenLink) -> None:
    desk, node = open_link("desk"), connected(open_link("node"))
    arrived = receiver(desk, "site/alert")
    connected(desk)
    node.publish("site/alert", b"x" * 200_000)
    node.publish("site/alert", b"behind")
    assert len(arrived.get(timeout=5).payload) == 200_000
    assert arrived.get(timeout=5).payload == b"behind"


def test_no_broker_is_a_fault_in_words_without_the_password(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = tmp_path / "password"
    secret.write_text(planted("open-sesame") + "\n")
    config = MqttConfig(host="127.0.0.1", port=9, username="node", password_file=secret)
    link = MqttLink(config, client_id="node")
    link.start()
    until(lambda: link.fault)
    link.stop()
    link.stop()
    assert link.fault == "127.0.0.1:9 cannot be reached"
    assert "open-sesame" not in caplog.text


def test_a_password_file_that_is_missing_is_named(tmp_path: Path) -> None:
    config = MqttConfig(host="h", username="node", password_file=tmp_path / "none")
    with pytest.raises(PublishError, match="none: No such file"):
        MqttLink(config, client_id="node")
