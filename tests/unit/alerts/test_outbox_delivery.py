"""Outbox, sequence and receipts under any order of loss, repetition, crash and restored copies."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from alerts.alert import Phase, Reason
from alerts.alert_flow import AlertFlow
from alerts.delivery import Connection
from alerts.desk.ranges import Range, Ranges
from alerts.errors import OutboxFullError
from alerts.outbox import Outbox
from alerts.outbox_opening import open_outbox
from alerts.schema import AlertMessage, Receipt
from alerts.topics import Topics
from tests.unit.alerts.builders import alert, compose

CAMERAS = ("gate", "road")
KINDS: dict[str, tuple[Phase, Reason | None]] = {
    "raised": (Phase.RAISED, None),
    "changed": (Phase.UPDATED, Reason.CHANGED),
    "evidence": (Phase.UPDATED, Reason.EVIDENCE),
    "ended": (Phase.ENDED, Reason.GONE),
}
FATES = (
    "arrive",
    "arrive twice",
    "arrive, acknowledgement lost",  # and so again, later
    "wait",
    "vanish",
    "vanish although acknowledged",
)
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Thousands of commits need no disk here: what a kill leaves behind is tested elsewhere."""
NEVER_DROPPED = ("raised", "ended")
KIND_LISTS = st.lists(st.sampled_from([*KINDS]), min_size=1, max_size=6)
LIMIT = 14_000
"""Room for some fifteen messages."""


class Sent:
    is_acknowledged = False


class Wire:
    """A broker: messages in the order they were published, until delivered or lost."""

    def __init__(self) -> None:
        self.connection = Connection(number=1, is_session_present=True)
        self.queued: list[tuple[bytes, Sent]] = []

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> Sent:
        self.queued.append((payload, Sent()))
        return self.queued[-1][1]


class ModelDesk:
    """Stores each identity once, and says in ranges what it has and lacks."""

    def __init__(self) -> None:
        self.tokens: Counter[str] = Counter()
        self.ranges: dict[tuple[UUID, str], Ranges] = {}

    def take(self, payload: bytes) -> None:
        message = AlertMessage.model_validate_json(payload)
        if self.of(message.outbox_id, message.camera).add(message.sequence):
            self.tokens[token(message)] += 1

    def of(self, outbox_id: UUID, camera: str) -> Ranges:
        return self.ranges.setdefault((outbox_id, camera), Ranges())

    def receipt(self, outbox_id: UUID) -> Receipt:
        held = {name: each for (outbox, name), each in self.ranges.items() if outbox == outbox_id}
        return Receipt(
            outbox_id=outbox_id,
            received={name: each.received for name, each in held.items()},
            missing={name: each.missing for name, each in held.items()},
        )


def token(message: AlertMessage) -> str:
    """What makes it one and the same whatever its number: every commit has a time of its own."""
    return message.captured_at.isoformat()


class Delivery(RuleBasedStateMachine):
    """Everything that may happen between commit and receipt, but for restored copies."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="outbox-", dir=MEMORY))
        self.path = self.folder / "outbox.db"
        self.outbox = self.opened()
        self.wire, self.desk = Wire(), ModelDesk()
        self.flow = self.new_flow()
        self.receipts: list[Receipt] = []
        self.accepted: dict[str, str] = {}
        self.now, self.commits = 0.0, 0

    def opened(self) -> Outbox:
        outbox = open_outbox(self.path, evidence=(), max_bytes=LIMIT)
        outbox._jitter = random.Random(0)
        return outbox

    def new_flow(self) -> AlertFlow:
        return AlertFlow(self.outbox, self.wire, Topics("village"), receipts="desk")  # type: ignore[arg-type]  # as far as it is used

    @rule(camera=st.sampled_from(CAMERAS), kinds=KIND_LISTS)
    def commit(self, camera: str, kinds: list[str]) -> None:
        alerts = []
        for kind in kinds:
            self.commits += 1
            phase, reason = KINDS[kind]
            alerts.append(
                alert(phase, reason=reason, camera=camera, time_s=self.commits, number=self.commits)
            )
        try:
            stored = self.outbox.commit(alerts, compose)
        except OutboxFullError:
            return  # the node waits: nothing of it was accepted
        for message, kind in zip(stored, kinds, strict=True):
            self.accepted[token(message)] = kind

    @rule(fates=st.lists(st.sampled_from(FATES), min_size=1, max_size=12))
    def network(self, fates: list[str]) -> None:
        """Publish what is due, and let something happen to each message on the way."""
        self.publish()
        rest = []
        for number, (payload, sent) in enumerate(self.wire.queued):
            fate = fates[number % len(fates)]
            if fate.startswith("arrive"):
                self.desk.take(payload)
            if fate == "arrive twice":
                self.desk.take(payload)
            if fate in ("wait", "arrive, acknowledgement lost"):
                rest.append((payload, sent))
            else:
                sent.is_acknowledged = fate != "vanish"
        self.wire.queued = rest
        self.flow.settle()

    def publish(self) -> None:
        before = len(self.wire.queued)
        self.flow.publish_due(self.now)
        sent = [AlertMessage.model_validate_json(each) for each, _ in self.wire.queued[before:]]
        for camera in CAMERAS:
            numbers = [message.sequence for message in sent if message.camera == camera]
            assert numbers == sorted(set(numbers))

    @rule(is_lost=st.booleans())
    def receipt(self, *, is_lost: bool) -> None:
        self.receipts.append(self.desk.receipt(self.outbox.outbox_id))
        if not is_lost:
            self.outbox.receive(self.receipts[-1])

    @precondition(lambda self: self.receipts)
    @rule(chance=st.randoms(use_true_random=False))
    def old_receipt(self, chance: random.Random) -> None:
        self.outbox.receive(chance.choice(self.receipts))

    @rule()
    def tell_dropped(self) -> None:
        for each in self.outbox.dropped(100):
            self.desk.of(self.outbox.outbox_id, each.camera).fill(each.first, each.last)

    @rule(is_session_present=st.booleans())
    def reconnect(self, *, is_session_present: bool) -> None:
        number = self.wire.connection.number + 1
        self.wire.connection = Connection(number=number, is_session_present=is_session_present)
        self.flow.begin(self.wire.connection)

    @rule(is_killed=st.booleans())
    def restart(self, *, is_killed: bool) -> None:
        if is_killed:
            self.outbox.file.close()  # the mark is not told
        else:
            self.outbox.close()
        self.reopen()

    def reopen(self) -> None:
        self.outbox = self.opened()
        self.flow = self.new_flow()
        assert self.outbox.set_aside is None

    @rule(seconds=st.floats(0, 100))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.flow.settle()

    @invariant()
    def what_waits_is_within_the_limit(self) -> None:
        assert self.outbox.standing().bytes <= LIMIT

    def heal(self) -> None:
        """Everything works again: within a few rounds all is told."""
        for _ in range(20):
            self.reconnect(is_session_present=False)
            self.network(["arrive"])
            self.tell_dropped()
            self.receipt(is_lost=False)
            if self.outbox.backlog() == 0 and self.outbox.dropped(1) == []:
                return
        raise AssertionError(f"{self.outbox.backlog()} messages still wait")

    def teardown(self) -> None:
        try:
            self.heal()
            self.check()
        finally:
            self.outbox.close()
            shutil.rmtree(self.folder)

    def check(self) -> None:
        missing = set(self.accepted) - set(self.desk.tokens)
        assert {self.accepted[each] for each in missing}.isdisjoint(NEVER_DROPPED)
        assert len(missing) <= self.outbox.standing().dropped
        again = {each for each, count in self.desk.tokens.items() if count > 1}
        # what became of evidence is said once more where the news of it was dropped on the way
        assert {self.accepted[each] for each in again} <= {"evidence"}
        assert set(self.desk.tokens) <= set(self.accepted)
        spans: list[tuple[Range, ...]] = [each.received for each in self.desk.ranges.values()]
        assert all(len(span) <= 1 and each[0] == 1 for span in spans for each in span)


class Restores(Delivery):
    """The same, and now and then the file is replaced by a copy made earlier."""

    def __init__(self) -> None:
        super().__init__()
        self.copied: dict[str, str] = {}
        self.backup = self.folder / "backup"

    @rule()
    def copy(self) -> None:
        self.outbox.close()
        shutil.copy(self.path, self.backup)
        self.copied = dict(self.accepted)
        self.reopen()

    @precondition(lambda self: self.backup.exists())
    @rule(is_in_place=st.booleans())
    def restore(self, *, is_in_place: bool) -> None:
        self.outbox.close()
        if is_in_place:
            self.path.write_bytes(self.backup.read_bytes())
        else:
            shutil.copy(self.backup, self.folder / "restored")
            (self.folder / "restored").rename(self.path)
        # what came after the copy and was not delivered is gone with the file
        self.accepted = self.copied | {
            each: kind for each, kind in self.accepted.items() if each in self.desk.tokens
        }
        self.reopen()

    @precondition(lambda self: self.backup.exists())
    @rule(camera=st.sampled_from(CAMERAS), count=st.integers(1, 3), is_in_place=st.booleans())
    def restore_and_overtake(self, camera: str, count: int, *, is_in_place: bool) -> None:
        """New alerts are on their way before the desk can say that it has more."""
        self.restore(is_in_place=is_in_place)
        self.commit(camera, ["raised"] * count)
        self.network(["arrive"])

    def check(self) -> None:
        missing = set(self.accepted) - set(self.desk.tokens)
        assert {self.accepted[each] for each in missing}.isdisjoint(NEVER_DROPPED)


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestRestores = Restores.TestCase
TestRestores.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
