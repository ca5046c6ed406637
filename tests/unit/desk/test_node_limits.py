"""A node that floods the desk is slowed, the others are not, and nothing is lost."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from alerts.delivery import Delivery
from alerts.desk.desk import Desk
from alerts.desk.directory import Directory
from alerts.desk.node_limits import UNKNOWN, NodeLimits
from alerts.desk.tables import AlertRecord
from alerts.outbox import Outbox
from alerts.schema import NodeState, NodeStatus, Receipt
from tests.desk_bus import FakeBus, wire
from tests.desk_factories import GATE, OUTBOX, PLAZA, RAISED, TOPICS, YARD, alert_message, desk_site
from tests.desk_rig import DeskRig
from tests.unit.alerts.builders import alert, compose


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def directory(folder: Path) -> Directory:
    """yard-1 is of node-2, the others of node-1."""
    site = desk_site(folder)
    nodes = {PLAZA: "node-1", GATE: "node-1", YARD: "node-2"}
    cameras = tuple(replace(camera, node=nodes[camera.id]) for camera in site.cameras)
    return Directory(replace(site, cameras=cameras, nodes=("node-1", "node-2")))


@pytest.fixture
def limits(tmp_path: Path, clock: Clock) -> NodeLimits:
    """Ten a second, twenty at once."""
    return NodeLimits(directory(tmp_path), 10.0, burst_s=2.0, clock=clock)


def deliveries(topic: str, count: int) -> list[Delivery]:
    return [
        Delivery(topic=topic, payload=b"%d" % n, is_retained=False, acknowledge=lambda: None)
        for n in range(count)
    ]


def test_a_burst_is_taken_then_as_much_as_the_rate(limits: NodeLimits, clock: Clock) -> None:
    flood = deliveries(TOPICS.alert(PLAZA), 50)
    assert limits.admit(flood) == flood[:20]
    clock.now_s += 0.5
    assert limits.admit(flood) == flood[:5]
    clock.now_s += 1000.0
    assert limits.admit(flood) == flood[:20]
    assert limits.deferred == {"node-1": 30 + 45 + 30}


def test_another_node_is_not_slowed(limits: NodeLimits) -> None:
    limits.admit(deliveries(TOPICS.alert(PLAZA), 50))
    other = deliveries(TOPICS.alert(YARD), 20)
    assert limits.admit(other) == other
    assert limits.admit(deliveries(TOPICS.alert(GATE), 1)) == []  # of the flooding node too


def test_of_statuses_the_newest_is_held_and_comes_when_there_is_room(
    limits: NodeLimits, clock: Clock
) -> None:
    statuses = deliveries(TOPICS.node_status("node-1"), 50)
    assert limits.admit(statuses) == statuses[:20]
    assert limits.admit([]) == []
    clock.now_s += 1.0
    (held,) = limits.admit([])
    held.acknowledge()  # a second time, as far as the broker is concerned: nothing happens
    assert held.payload == statuses[-1].payload
    assert limits.admit([]) == []


def test_a_status_that_was_held_does_not_come_after_a_newer_one(
    limits: NodeLimits, clock: Clock
) -> None:
    statuses = deliveries(TOPICS.camera_status(PLAZA), 50)
    limits.admit(statuses[:30])
    clock.now_s += 0.125
    assert [d.payload for d in limits.admit(statuses[30:31])] == [b"29"]  # one token: the held one
    clock.now_s += 5.0
    assert [d.payload for d in limits.admit(statuses[31:32])] == [b"30", b"31"]


def test_strangers_share_one_bucket_and_nothing_of_theirs_is_held(limits: NodeLimits) -> None:
    for n in range(100):
        limits.admit(deliveries(TOPICS.camera_status(f"invented-{n}"), 1))
        limits.admit(deliveries(TOPICS.node_status(f"invented-{n}"), 1))
    assert limits.deferred == {UNKNOWN: 180}
    assert not limits._held
    assert set(limits._buckets) == {UNKNOWN}


def test_no_limit_is_none(tmp_path: Path, clock: Clock) -> None:
    flood = deliveries(TOPICS.alert(PLAZA), 1000)
    assert NodeLimits(directory(tmp_path), float("inf"), clock=clock).admit(flood) == flood


def test_a_flood_is_one_line_a_minute(limits: NodeLimits, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        limits.admit(deliveries(TOPICS.alert(PLAZA), 500))
    (line,) = caplog.messages
    assert "node-1: more than 10 messages a second" in line


def test_what_is_over_the_limit_comes_again_and_is_stored_once(
    tmp_path: Path, clock: Clock, limits: NodeLimits
) -> None:
    """A real outbox against the desk's consumer: all is acknowledged, all arrives."""
    with Outbox(tmp_path / "outbox.db") as outbox, DeskRig(desk_site(tmp_path), limits) as rig:
        for n in range(200):
            outbox.commit([alert(camera=PLAZA, number=n)], compose)
        for _ in range(400):
            sent = outbox.due(clock.now_s, 50)
            for waiting in sent:
                rig.bus.deliver(TOPICS.alert(waiting.camera), waiting.payload)
            outbox.mark_published([(w.camera, w.sequence) for w in sent], clock.now_s)
            rig.consumer.step(0.0)
            for _, payload in rig.bus.published:
                outbox.receive(Receipt.model_validate_json(payload))
            rig.bus.published.clear()
            if outbox.backlog() == 0:
                break
            clock.now_s += 1.0
        with rig.store.reading() as session:
            stored = session.scalar(select(func.count()).select_from(AlertRecord))
        assert (outbox.backlog(), stored) == (0, 200)
        assert limits.deferred["node-1"] > 0
        assert len(rig.bus.acknowledged) == 200 + limits.deferred["node-1"] + (
            rig.consumer.counters.duplicates
        )


def test_a_late_status_still_reaches_the_store(
    tmp_path: Path, clock: Clock, limits: NodeLimits
) -> None:
    with DeskRig(desk_site(tmp_path), limits) as rig:
        for n in range(30):
            rig.bus.alert(alert_message(n + 1, alert=n, outbox_id=OUTBOX))
        status = NodeStatus(node="node-1", state=NodeState.ONLINE, version="1", since=RAISED)
        number = rig.bus.deliver(TOPICS.node_status("node-1"), wire(status))
        rig.consumer.step(0.0)
        assert rig.bus.acknowledged[-1] == number
        assert (rig.consumer.counters.stored, limits.deferred["node-1"]) == (20, 11)
        heard: list[str] = []
        rig.service.changes.subscribe(lambda change: heard.append(change.kind))
        clock.now_s += 1.0
        rig.consumer.step(0.0)
        assert heard == ["node"]
        assert len(rig.bus.acknowledged) == 31


@pytest.mark.parametrize(("receipts", "per_s"), [("desk", 500.0), ("broker", float("inf"))])
def test_where_nothing_comes_again_nothing_is_put_off(
    tmp_path: Path, receipts: str, per_s: float
) -> None:
    site = desk_site(tmp_path)
    mqtt = site.mqtt.model_copy(update={"receipts": receipts})
    desk = Desk(replace(site, mqtt=mqtt), make_link=lambda _: FakeBus())
    assert desk.consumer.limits.per_s == per_s
