"""A shard's alert counts when the parent has stored it, whatever happens to either."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest

from alerts.alert import Alert
from alerts.errors import AlertError, EvidenceLostError, OutboxError, OutboxWriteError
from alerts.evidence.spool import Spool, Spooled
from alerts.schema import EvidenceKind, NodeState, ReducedClass
from deploy.shards.delivery_service import DeliveryService
from deploy.shards.messages import ANSWERS, QUESTIONS, StoreAlerts
from deploy.shards.pipe import Pipe, PipeClosedError
from deploy.shards.remote_delivery import RemoteDelivery
from ingest.status import CameraStatus
from tests.unit.alerts.builders import alert

ALERT_ID = UUID(int=7)


@dataclass
class FakeDelivery:
    """Both the delivery and its archive; `error` is raised by all, `space` holds all up."""

    spool: Spool
    stored: list[Alert] = field(default_factory=list)
    evidence: list[tuple[UUID, EvidenceKind, Spooled | None]] = field(default_factory=list)
    error: Exception | None = None
    asked: Event = field(default_factory=Event)
    space: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.space.set()

    @property
    def archive(self) -> FakeDelivery:
        return self

    def store(self, alerts: Sequence[Alert]) -> None:
        self._wait()
        self.stored += alerts

    def adopt(self, alert_id: UUID, kind: EvidenceKind, draft: Spooled) -> None:
        self._wait()
        self.evidence.append((alert_id, kind, draft))

    def fail(self, alert_id: UUID, kind: EvidenceKind) -> None:
        self._wait()
        self.evidence.append((alert_id, kind, None))

    def camera_status(self, status: CameraStatus) -> None:
        pytest.fail(f"not asked here: {status}")

    def become(self, state: NodeState, reduced: tuple[ReducedClass, ...]) -> None:
        pytest.fail(f"not asked here: {state}")

    def _wait(self) -> None:
        self.asked.set()
        assert self.space.wait(10)
        if self.error is not None:
            raise self.error


class Unheard:
    """News, of which there are none here."""

    def status(self, status: CameraStatus) -> None:
        pytest.fail(f"not said here: {status}")

    def load(self, state: NodeState, reduced: tuple[ReducedClass, ...]) -> None:
        pytest.fail(f"not said here: {state}")


@dataclass
class Rig:
    parent: FakeDelivery
    shard: RemoteDelivery
    ours: Connection
    theirs: Connection
    threads: ThreadPoolExecutor


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    ours, theirs = multiprocessing.Pipe()
    spool = Spool(tmp_path)
    parent = FakeDelivery(spool)
    shard = RemoteDelivery(Pipe(theirs, ANSWERS), spool, Unheard())
    with ThreadPoolExecutor(2) as threads:
        yield Rig(parent, shard, ours, theirs, threads)
        theirs.close()
    ours.close()


def serve(rig: Rig) -> None:
    rig.threads.submit(DeliveryService(Pipe(rig.ours, QUESTIONS), rig.parent).run)


def test_alerts_are_stored_when_the_call_returns(rig: Rig) -> None:
    serve(rig)
    alerts = [alert(), alert(number=2)]
    rig.shard.store(alerts)
    assert rig.parent.stored == alerts


def test_a_shard_waits_while_the_parent_has_no_space(rig: Rig) -> None:
    serve(rig)
    rig.parent.space.clear()
    storing = rig.threads.submit(rig.shard.store, [alert()])
    assert rig.parent.asked.wait(10)
    assert not storing.done()
    rig.parent.space.set()
    storing.result(10)
    assert rig.parent.stored == [alert()]


def test_evidence_is_adopted_from_the_spool(rig: Rig) -> None:
    serve(rig)
    with rig.shard.spool.drafted(Path.touch, "image/jpeg") as draft:
        rig.shard.adopt(ALERT_ID, EvidenceKind.SNAPSHOT, draft)
    rig.shard.fail(ALERT_ID, EvidenceKind.CLIP)
    assert rig.parent.evidence == [
        (ALERT_ID, EvidenceKind.SNAPSHOT, draft),
        (ALERT_ID, EvidenceKind.CLIP, None),
    ]


@pytest.mark.parametrize(
    "error", [OutboxWriteError("full"), OutboxError("too large"), EvidenceLostError("gone")]
)
def test_the_parents_error_is_raised_in_the_shard(rig: Rig, error: AlertError) -> None:
    serve(rig)
    rig.parent.error = error
    with pytest.raises(type(error), match=str(error)) as caught:
        rig.shard.store([alert()])
    assert type(caught.value) is type(error)
    rig.parent.error = None
    rig.shard.store([alert()])  # the next question has its own answer


def test_without_a_parent_a_shard_does_not_wait(rig: Rig) -> None:
    rig.ours.close()
    with pytest.raises(PipeClosedError):
        rig.shard.store([alert()])


def test_a_shard_that_waits_notices_its_parents_end(rig: Rig) -> None:
    storing = rig.threads.submit(rig.shard.store, [alert()])
    assert rig.ours.poll(10)  # the question came, and nobody answers it
    rig.ours.recv_bytes()
    rig.ours.close()
    with pytest.raises(PipeClosedError):
        storing.result(10)


def test_an_alert_whose_shard_died_before_the_answer_is_stored(rig: Rig) -> None:
    Pipe(rig.theirs, ANSWERS).send(StoreAlerts(alerts=(alert(),)))
    rig.theirs.close()
    DeliveryService(Pipe(rig.ours, QUESTIONS), rig.parent).run()  # ends by itself
    assert rig.parent.stored == [alert()]
