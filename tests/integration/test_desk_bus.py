"""The desk on real brokers: what a node publishes becomes a case, and the receipt comes back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.delivery import Delivery
from alerts.desk.desk import Desk
from alerts.desk.views import QueueFilter
from alerts.mqtt import MqttLink
from alerts.schema import CaseMove, Receipt
from deploy.broker import EmbeddedBroker
from tests.brokers import Mosquitto, config_for, make_broker
from tests.desk_bus import wire
from tests.desk_factories import PLAZA, TOPICS, add_officer, alert_message, desk_site

pytestmark = pytest.mark.mqtt
AnyBroker = Mosquitto | EmbeddedBroker


@pytest.fixture(params=["mosquitto", "embedded"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyBroker]:
    with make_broker(request.param, tmp_path) as started:
        yield started


class Node:
    """A node's link that keeps the desk's receipts."""

    def __init__(self, broker: AnyBroker) -> None:
        self.received: set[int] = set()
        self.moves: list[CaseMove] = []
        self.link = MqttLink(config_for(broker), client_id="node-1")
        self.link.subscribe(TOPICS.receipt("node-1"), self._on_receipt)
        self.link.subscribe(TOPICS.case("+"), self._on_move)
        self.link.start()
        until(lambda: self.link.connection)

    def send(self, first: int, last: int) -> None:
        for number in range(first, last + 1):
            message = alert_message(number, alert=number)
            until(lambda: self.link.connection)
            self.link.publish(TOPICS.alert(PLAZA), wire(message))

    def _on_receipt(self, delivery: Delivery) -> None:
        receipt = Receipt.model_validate_json(delivery.payload)
        for first, last in receipt.received.get(PLAZA, ()):
            self.received |= set(range(first, last + 1))
        delivery.acknowledge()

    def _on_move(self, delivery: Delivery) -> None:
        self.moves.append(CaseMove.model_validate_json(delivery.payload))
        delivery.acknowledge()


def until(is_true: Callable[[], object], limit_s: float = 20.0) -> None:
    deadline = time.monotonic() + limit_s
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def node(broker: AnyBroker) -> Iterator[Node]:
    started = Node(broker)
    yield started
    started.link.stop()


def test_alerts_become_cases_also_those_sent_while_the_desk_was_away(
    broker: AnyBroker, node: Node, tmp_path: Path
) -> None:
    site = replace(desk_site(tmp_path), mqtt=config_for(broker))
    first = Desk(site)
    first.start()
    officer = add_officer(first.service.officers, "li.na")
    until(lambda: first.link.connection)
    time.sleep(0.3)  # the subscription is on its way; only a real broker needs this
    node.send(1, 20)
    until(lambda: node.received == set(range(1, 21)))
    until(lambda: len(node.moves) == 20)
    first.stop()

    node.send(21, 60)
    second = Desk(site)
    second.start()
    until(lambda: node.received == set(range(1, 61)))
    rows = second.service.queue(officer, QueueFilter(), limit=100).rows
    second.stop()
    assert len({row.code for row in rows}) == 60
    assert second.consumer.counters.refused == 0
