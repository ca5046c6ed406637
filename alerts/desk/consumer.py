"""From the bus to the store: batches, one transaction each, acknowledged after the commit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from queue import Empty, Full, Queue
from time import monotonic
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from alerts.delivery import Connection, Delivery, OnMessage, Publication
from alerts.desk.changes import Changes
from alerts.desk.clock import Clock, utc_now
from alerts.desk.errors import StoreError
from alerts.desk.keeper_thread import KeeperThread
from alerts.desk.node_limits import NodeLimits
from alerts.desk.received import NodeReceipt, full_receipts
from alerts.desk.recorder import Outcome, Recorder
from alerts.desk.repeats import Repeats
from alerts.desk.store import Store
from alerts.errors import PublishError
from alerts.topics import Topics

BATCH = 1000
BATCH_S = 0.02
WAITING = 20_000
"""When full, the network thread waits: nothing is dropped, and the broker sends no more."""
FULL_RECEIPT_S = 30.0
RECENT = timedelta(minutes=10)
LONG = timedelta(days=7)
"""Full receipts cover outboxes heard in `RECENT`; after a new connection, in `LONG`."""
LONGEST_BACK_OFF_S = 30.0

logger = logging.getLogger(__name__)


class Link(Protocol):
    """What the desk needs of `alerts.mqtt.MqttLink`."""

    @property
    def connection(self) -> Connection | None: ...  # noqa: D102
    def subscribe(self, topic: str, on_message: OnMessage) -> None: ...  # noqa: D102
    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> Publication: ...  # noqa: D102


@dataclass(slots=True)
class Counters:
    """Since the start; `/readyz` shows them."""

    stored: int = 0
    duplicates: int = 0
    refused: int = 0
    store_failures: int = 0
    receipts: int = 0
    batches: int = 0
    store_s: float = 0.0


class Consumer:
    """One thread, from `start` to `stop`. Build it before the link is started."""

    def __init__(  # noqa: PLR0913 - a composition root names each by keyword
        self,
        link: Link,
        recorder: Recorder,
        store: Store,
        topics: Topics,
        changes: Changes,
        *,
        limits: NodeLimits,
        on_death: Callable[[str, BaseException], None],
        clock: Clock = utc_now,
    ) -> None:
        """Subscribe; `on_death` is called when an unforeseen error ended the thread."""
        self._link = link
        self._recorder = recorder
        self._store = store
        self._topics = topics
        self._changes = changes
        self.limits = limits
        self._clock = clock
        self._queue: Queue[Delivery] = Queue(WAITING)
        self._batch_since: float | None = None
        self._repeats = Repeats(logger)
        self._connection_number = 0
        self._next_full = 0.0
        self.counters = Counters()
        self._thread = KeeperThread("desk-consumer", self._next, on_death=on_death)
        for topic in (topics.alert, topics.camera_status, topics.node_status, topics.node_dropped):
            link.subscribe(topic("+"), self.receive)

    @property
    def waiting(self) -> int:
        """Messages not yet looked at."""
        return self._queue.qsize()

    @property
    def lag_s(self) -> float:
        """How long the batch at hand has waited for the store; 0 without one."""
        since = self._batch_since
        return 0.0 if since is None else monotonic() - since

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive

    def receive(self, delivery: Delivery) -> None:
        """On the network thread: hand over; waits while the queue is full."""
        while not self._thread.stopping.is_set():
            try:
                self._queue.put(delivery, timeout=0.5)
            except Full:
                self._repeats.warn("bus-waits", "the store is slower than the bus")
                continue
            return

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch at hand; what waits stays with the broker. Idempotent."""
        self._thread.stop()

    def _next(self) -> float:
        self.step()
        return 0.0

    def step(self, wait_s: float = 0.2) -> None:
        """Take one batch, if there is one within `wait_s`; send full receipts when due."""
        batch = self._gather(wait_s)
        if (admitted := self.limits.admit(batch)) or batch:
            outcome = self._timed_record(admitted)
            if outcome is None:
                return
            for delivery in batch:
                delivery.acknowledge()
            self._tell(outcome)
        self._say_all()

    def _gather(self, wait_s: float) -> list[Delivery]:
        try:
            batch = [self._queue.get(timeout=wait_s)]
        except Empty:
            return []
        deadline = monotonic() + BATCH_S
        while len(batch) < BATCH:
            try:
                batch.append(self._queue.get(timeout=max(0.0, deadline - monotonic())))
            except Empty:
                break
        return batch

    def _timed_record(self, batch: Sequence[Delivery]) -> Outcome | None:
        self._batch_since = began = monotonic()
        outcome = self._record(batch)
        self._batch_since = None
        self.counters.batches += outcome is not None
        self.counters.store_s += monotonic() - began
        return outcome

    def _record(self, batch: Sequence[Delivery]) -> Outcome | None:
        """Until it is stored; None when the desk stops before that."""
        back_off_s = 0.25
        while True:
            try:
                return self._recorder.record(batch)
            except (SQLAlchemyError, StoreError) as error:
                self.counters.store_failures += 1
                reason = type(getattr(error, "orig", None) or error).__name__
                self._repeats.warn("store-away", f"{self._store.name} does not answer: {reason}")
            back_off_s = min(2 * back_off_s, LONGEST_BACK_OFF_S)
            if self._thread.stopping.wait(back_off_s):
                return None

    def _tell(self, outcome: Outcome) -> None:
        self.counters.stored += outcome.stored
        self.counters.duplicates += outcome.duplicates
        self.counters.refused += len(outcome.refused)
        for each in outcome.refused:
            self._repeats.warn(f"refused-{each.kind}", f"{each.topic[:200]!r}: {each.detail}")
        self._publish(outcome.receipts)
        for change in outcome.changes:
            self._changes.publish(change)

    def _say_all(self) -> None:
        connection = self._link.connection
        if connection is None:
            return
        is_new = connection.number != self._connection_number
        if not is_new and monotonic() < self._next_full:
            return
        self._connection_number = connection.number
        self._next_full = monotonic() + FULL_RECEIPT_S
        try:
            with self._store.reading() as session:
                receipts = full_receipts(session, self._clock() - (LONG if is_new else RECENT))
        except SQLAlchemyError:
            return  # it is tried again, and whoever writes says that the store is away
        self._publish(receipts)

    def _publish(self, receipts: Sequence[NodeReceipt]) -> None:
        try:
            for each in receipts:
                payload = each.receipt.model_dump_json().encode()
                self._link.publish(self._topics.receipt(each.node), payload)
                self.counters.receipts += 1
        except PublishError as error:  # the next full receipt says it again
            logger.debug("a receipt was not sent: %s", error)
