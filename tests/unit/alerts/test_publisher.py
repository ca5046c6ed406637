"""The publisher against a broker and an outbox that do as the test says."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alerts.alert import Phase, Reason
from alerts.alert_flow import MAX_IN_FLIGHT
from alerts.delivery import Connection, Delivery, OnMessage
from alerts.errors import PublishError
from alerts.node_voice import NodeIdentity, NodeVoice
from alerts.outbox import Outbox
from alerts.publisher import Publisher
from alerts.schema import (
    AlertMessage,
    CameraStatusMessage,
    DroppedMessage,
    NodeState,
    NodeStatus,
    Receipt,
    ReducedClass,
    Trouble,
)
from alerts.topics import Topics
from ingest.errors import Fault
from ingest.frame import CameraId
from ingest.status import CameraState, CameraStatus
from tests.unit.alerts.builders import NOON, alert, compose

TOPICS = Topics("village")


class FakePublication:
    def __init__(self) -> None:
        self.is_acknowledged = False


class FakeLink:
    """A broker that acknowledges when told to."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.sent: list[tuple[str, bytes, bool]] = []
        self.publications: list[FakePublication] = []
        self.handlers: dict[str, OnMessage] = {}
        self.room = 1000

    def connect(self, *, is_session_present: bool = True) -> None:
        number = 1 if self.connection is None else self.connection.number + 1
        self.connection = Connection(number=number, is_session_present=is_session_present)
        self.publications.clear()

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> FakePublication:
        if self.connection is None or self.room <= 0:
            raise PublishError("no room")
        self.room -= 1
        self.sent.append((topic, payload, retain))
        self.publications.append(FakePublication())
        return self.publications[-1]

    def subscribe(self, topic: str, on_message: OnMessage) -> None:
        self.handlers[topic] = on_message

    def watch(self, changed: Callable[[], None]) -> None:
        pass

    def acknowledge_all(self) -> None:
        for publication in self.publications:
            publication.is_acknowledged = True

    def take(self, suffix: str) -> list[bytes]:
        taken = [payload for topic, payload, _ in self.sent if topic.endswith(suffix)]
        self.sent = [item for item in self.sent if not item[0].endswith(suffix)]
        return taken

    def alerts(self) -> list[tuple[str, int]]:
        messages = map(AlertMessage.model_validate_json, self.take("/alert"))
        return [(message.camera, message.sequence) for message in messages]

    def deliver(self, topic: str, payload: bytes) -> None:
        self.handlers[topic](
            Delivery(topic=topic, payload=payload, is_retained=False, acknowledge=lambda: None)
        )


class Clock:
    """Stands still unless it ticks at every look."""

    def __init__(self) -> None:
        self.now = 0.0
        self.tick_s = 0.0

    def __call__(self) -> float:
        self.now += self.tick_s
        return self.now


class Bench:
    """A publisher with everything around it."""

    def __init__(self, folder: Path, receipts: str = "desk") -> None:
        self.outbox = Outbox(folder / "outbox.db", jitter=random.Random(1))
        self.link = FakeLink()
        self.clock = Clock()
        self.troubles: tuple[Trouble, ...] = ()
        identity = NodeIdentity(node="node-1", version="1.2", receipts=receipts)  # type: ignore[arg-type] # of two
        self.publisher = Publisher(
            self.outbox,
            self.link,  # type: ignore[arg-type] # its publications are fakes too
            TOPICS,
            identity,
            voice=NodeVoice(identity, TOPICS, lambda: NOON),
            on_death=lambda name, error: pytest.fail(f"{name}: {error}"),
            troubles=lambda: self.troubles,
            clock=self.clock,
        )

    def commit(self, count: int, camera: str = "gate") -> None:
        self.outbox.commit([alert(camera=camera) for _ in range(count)], compose)

    def step(self, now: float | None = None) -> None:
        self.clock.now = self.clock.now if now is None else now
        self.publisher.step()

    def receipt(self, **received: list[tuple[int, int]]) -> None:
        told = Receipt.model_validate({"outbox_id": self.outbox.outbox_id, "received": received})
        self.link.deliver(TOPICS.receipt("node-1"), told.model_dump_json().encode())

    def statuses(self) -> list[NodeStatus]:
        taken = self.link.take("node/node-1/status")
        return [NodeStatus.model_validate_json(payload) for payload in taken]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.outbox.close()


def test_without_a_connection_everything_waits_in_the_outbox(bench: Bench) -> None:
    bench.commit(2)
    bench.step()
    assert bench.link.sent == []
    bench.link.connect()
    bench.step()
    assert bench.link.alerts() == [("gate", 1), ("gate", 2)]


def test_a_connection_begins_with_the_birth(bench: Bench) -> None:
    bench.commit(1)
    bench.link.connect()
    bench.step()
    topic, payload, is_retained = bench.link.sent[0]
    status = NodeStatus.model_validate_json(payload)
    assert (topic, is_retained) == (TOPICS.node_status("node-1"), True)
    assert (status.state, status.backlog, status.version) == (NodeState.ONLINE, 1, "1.2")


def test_a_message_stays_until_its_receipt_and_is_repeated_meanwhile(bench: Bench) -> None:
    bench.commit(3)
    bench.link.connect()
    bench.step(0)
    bench.link.acknowledge_all()  # the broker's word is not the desk's
    bench.link.take("/alert")
    bench.step(1)
    assert bench.link.alerts() == []
    bench.receipt(gate=[(1, 2)])
    bench.step(10)
    assert bench.link.alerts() == [("gate", 3)]
    bench.receipt(gate=[(3, 3)])
    bench.step(11)
    assert bench.outbox.backlog() == 0


def test_where_the_site_has_no_desk_the_brokers_word_is_enough(tmp_path: Path) -> None:
    bench = Bench(tmp_path, receipts="broker")
    assert bench.link.handlers == {}
    bench.commit(2)
    bench.link.connect()
    bench.step()
    bench.link.publications[-2].is_acknowledged = True
    bench.step()
    assert bench.outbox.backlog() == 1
    bench.outbox.close()


def test_no_more_than_the_limit_is_in_flight(bench: Bench) -> None:
    bench.commit(MAX_IN_FLIGHT + 5)
    bench.link.connect()
    bench.step()
    bench.step()
    assert len(bench.link.alerts()) == MAX_IN_FLIGHT
    bench.link.acknowledge_all()
    bench.step()
    assert bench.link.alerts() == [("gate", MAX_IN_FLIGHT + n) for n in range(1, 6)]


def test_a_break_in_the_middle_repeats_what_was_in_flight_in_its_order(bench: Bench) -> None:
    bench.commit(4)
    bench.link.connect()
    bench.link.room = 3  # birth and two alerts, then the connection breaks
    bench.step()
    assert bench.link.alerts() == [("gate", 1), ("gate", 2)]
    bench.link.room = 1000
    bench.link.connect()
    bench.step()
    assert bench.link.alerts() == [("gate", n) for n in (1, 2, 3, 4)]


def test_a_broker_that_forgot_our_session_gets_everything_again(bench: Bench) -> None:
    bench.commit(2)
    bench.link.connect()
    bench.step(0)
    bench.link.acknowledge_all()
    bench.step(0)
    bench.link.take("/alert")
    bench.link.connect(is_session_present=True)
    bench.step(1)
    assert bench.link.alerts() == []
    bench.link.connect(is_session_present=False)
    bench.step(1)
    assert bench.link.alerts() == [("gate", 1), ("gate", 2)]


def test_the_node_status_is_refreshed_and_follows_state_and_backlog(bench: Bench) -> None:
    bench.link.connect()
    bench.step(0)
    assert len(bench.statuses()) == 1
    bench.commit(1)
    bench.step(1)
    assert bench.statuses() == []  # the backlog alone waits
    bench.step(5)
    assert [status.backlog for status in bench.statuses()] == [1]
    bench.publisher.become(NodeState.REDUCED)
    bench.step(6)
    assert [status.state for status in bench.statuses()] == [NodeState.REDUCED]
    bench.step(35)
    assert bench.statuses() == []
    bench.step(36)
    assert len(bench.statuses()) == 1


def reduced_to(fps: float) -> tuple[ReducedClass, ...]:
    return (ReducedClass(camera_class=3, cameras=4, fps=fps, of_fps=5.0),)


def test_a_reduced_node_says_how_much_of_which_class_and_then_that_it_is_over(
    bench: Bench,
) -> None:
    bench.link.connect()
    bench.step(0)
    bench.statuses()
    bench.publisher.become(NodeState.REDUCED, reduced_to(2.5))
    bench.step(1)
    assert [status.reduced for status in bench.statuses()] == [reduced_to(2.5)]
    bench.publisher.become(NodeState.REDUCED, reduced_to(3.1))
    bench.step(2)
    assert bench.statuses() == []  # how much alone waits
    bench.step(6)
    assert [status.reduced for status in bench.statuses()] == [reduced_to(3.1)]
    bench.publisher.become(NodeState.ONLINE)
    bench.step(7)
    assert [(s.state, s.reduced) for s in bench.statuses()] == [(NodeState.ONLINE, ())]


def test_a_new_connection_hears_of_the_reduction_again(bench: Bench) -> None:
    bench.publisher.become(NodeState.REDUCED, reduced_to(2.5))
    for _ in range(2):
        bench.link.connect()
        bench.step()
        assert [status.reduced for status in bench.statuses()] == [reduced_to(2.5)]


def camera(state: CameraState, fault: Fault | None = None) -> CameraStatus:
    return CameraStatus(camera_id=CameraId("gate"), state=state, since=NOON, fault=fault)


def test_a_cameras_latest_status_is_retained_with_words_and_told_again_after_a_break(
    bench: Bench,
) -> None:
    bench.publisher.camera_status(camera(CameraState.STREAMING))
    bench.publisher.camera_status(camera(CameraState.OFFLINE, Fault.AUTH))
    bench.link.connect()
    bench.step()
    ((_, payload, is_retained),) = [
        sent for sent in bench.link.sent if sent[0] == TOPICS.camera_status("gate")
    ]
    message = CameraStatusMessage.model_validate_json(payload)
    assert is_retained
    assert (message.state, message.reason) == ("offline", "auth-refused")
    assert message.text is not None
    assert message.text.zh == "离线：用户名或密码错误"
    bench.link.take("camera/gate/status")
    bench.step()
    assert bench.link.take("camera/gate/status") == []
    bench.link.connect()
    bench.step()
    assert len(bench.link.take("camera/gate/status")) == 1


def test_a_malformed_receipt_is_counted_and_the_next_one_counts(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.commit(1)
    topic = TOPICS.receipt("node-1")
    for payload in (b"", b"{", b'{"outbox_id": "x"}', b"\xff\xfe", b"9" * 300_000):
        bench.link.deliver(topic, payload)
    bench.receipt(gate=[(1, 1)])
    bench.step()
    assert bench.outbox.backlog() == 0
    assert len([record for record in caplog.records if "malformed" in record.message]) == 1


def test_receipts_that_nobody_reads_are_bounded(bench: Bench) -> None:
    bench.commit(300)
    for number in range(1, 301):
        bench.receipt(gate=[(number, number)])
    bench.step()
    assert bench.outbox.backlog() == 300 - 256


def test_a_full_disk_is_not_the_end_of_the_publisher(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.link.connect()
    bench.clock.tick_s = 0.1
    bench.outbox.close()  # every access now fails as a full disk would
    bench.publisher.start()
    bench.publisher.stop()
    bench.publisher.stop()
    assert [record for record in caplog.records if record.exc_info] == []
    assert bench.statuses()[-1].state is NodeState.OFFLINE


def drop_two(bench: Bench) -> None:
    """Numbers 1 and 2 of gate are dropped; 3 waits."""
    with bench.outbox.file.transaction() as database:
        database.execute("UPDATE totals SET max_bytes = 0")
    bench.outbox.commit([alert(Phase.UPDATED, reason=Reason.CHANGED)] * 2, compose)
    with bench.outbox.file.transaction() as database:
        database.execute("UPDATE totals SET max_bytes = 1000000")
    bench.outbox.commit([alert()], compose)


def dropped_messages(bench: Bench) -> list[DroppedMessage]:
    taken = bench.link.take("node/node-1/dropped")
    return [DroppedMessage.model_validate_json(payload) for payload in taken]


def test_dropped_numbers_are_told_until_the_desk_confirms_them(bench: Bench) -> None:
    bench.link.connect()
    drop_two(bench)
    bench.step(now=0.0)
    (told,) = dropped_messages(bench)
    assert (told.outbox_id, told.dropped) == (bench.outbox.outbox_id, {"gate": ((1, 2),)})
    bench.step(now=10.0)
    assert dropped_messages(bench) == []
    bench.step(now=31.0)
    assert dropped_messages(bench) == [told]
    bench.receipt(gate=[(1, 3)])
    bench.step(now=90.0)
    assert dropped_messages(bench) == []


def test_a_new_connection_tells_dropped_numbers_again(bench: Bench) -> None:
    bench.link.connect()
    drop_two(bench)
    bench.step()
    bench.link.sent.clear()
    bench.link.connect()
    bench.step()
    assert len(dropped_messages(bench)) == 1


def test_where_the_broker_is_the_receipt_its_word_confirms_dropped_numbers(tmp_path: Path) -> None:
    bench = Bench(tmp_path, receipts="broker")
    bench.link.connect()
    drop_two(bench)
    bench.step(now=0.0)
    assert len(dropped_messages(bench)) == 1
    bench.link.acknowledge_all()
    bench.step(now=1.0)
    assert bench.outbox.dropped(10) == []
    bench.outbox.close()


def test_a_troubled_node_is_reduced_and_says_why_in_words(bench: Bench) -> None:
    bench.link.connect()
    bench.troubles = (Trouble.DISK_FULL,)
    bench.step()
    (status,) = bench.statuses()
    assert (status.state, status.troubles) == (NodeState.REDUCED, (Trouble.DISK_FULL,))
    assert status.text is not None
    assert status.text.zh.startswith("磁盘已满")
    bench.troubles = ()
    bench.step()
    (status,) = bench.statuses()
    assert (status.state, status.troubles, status.text) == (NodeState.ONLINE, None, None)


def test_a_status_with_nothing_to_add_is_as_it_always_was(bench: Bench) -> None:
    bench.link.connect()
    bench.step()
    (payload,) = bench.link.take("node/node-1/status")
    assert set(json.loads(payload)) == {
        *("schema_version", "node", "state", "version", "since", "backlog", "receipts")
    }


def test_a_status_says_how_much_waits_and_for_how_long(bench: Bench) -> None:
    bench.commit(2)
    bench.link.connect()
    bench.step()
    (status,) = bench.statuses()
    assert status.backlog_bytes == bench.outbox.standing().bytes
    assert status.backlog_oldest_s == 0.0  # its clock stands at noon of another day
