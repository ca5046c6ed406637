"""Commands from the bus and their replies: one thread beside the one of the alerts.

Acknowledgements leave in the order in which messages came (`AckOrder`), so a command is
acknowledged once its reply is with the broker; alerts behind it wait for that, for milliseconds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from alerts.delivery import Delivery, Publication
from alerts.desk.clock import Clock, utc_now
from alerts.desk.commands import Commands
from alerts.desk.consumer import LONGEST_BACK_OFF_S, Link
from alerts.desk.errors import StoreError
from alerts.desk.intake import RefusalKind, RefusedMessage
from alerts.desk.keeper_thread import KeeperThread
from alerts.desk.refused import forget_oldest, keep_refused
from alerts.desk.repeats import Repeats
from alerts.desk.store import Store
from alerts.errors import PublishError
from alerts.topics import Topics

WAITING = 1000
"""Five times what our Mosquitto has in flight. When full, a command is dropped and counted: its
sender hears nothing and asks again. To wait here would keep the alerts behind it waiting."""
BATCH = 50
ACKNOWLEDGED_S = 5.0
"""After this a reply that the broker has not acknowledged is published again."""
FORGET_EVERY_S = 3600.0

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class CommandCounters:
    """Since the start."""

    carried_out: int = 0
    refused: int = 0
    unreadable: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class _Reply:
    topic: str
    payload: bytes


class CommandThread:
    """One thread, from `start` to `stop`. Build it before the link is started."""

    def __init__(
        self,
        link: Link,
        commands: Commands,
        store: Store,
        topics: Topics,
        *,
        on_death: Callable[[str, BaseException], None],
        clock: Clock = utc_now,
    ) -> None:
        """Subscribe; `on_death` is called when an unforeseen error ended the thread."""
        self._link = link
        self._commands = commands
        self._store = store
        self._topics = topics
        self._clock = clock
        self._queue: Queue[Delivery] = Queue(WAITING)
        self._repeats = Repeats(logger)
        self._next_forgetting_s = 0.0
        self.counters = CommandCounters()
        self._thread = KeeperThread("desk-commands", self._next, on_death=on_death)
        link.subscribe(topics.command("+"), self.receive)

    def receive(self, delivery: Delivery) -> None:
        """On the network thread: hand over."""
        try:
            self._queue.put_nowait(delivery)
        except Full:
            self.counters.dropped += 1
            self._repeats.warn("commands-dropped", "more commands than can be dealt with")
            delivery.acknowledge()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the commands at hand; those that wait stay with the broker. Idempotent."""
        self._thread.stop()

    def _next(self) -> float:
        self.step()
        return 0.0

    def step(self, wait_s: float = 0.2) -> None:
        """Carry out what has come within `wait_s`, reply, then acknowledge in that order."""
        batch, replies = self._gather(wait_s), list[_Reply]()
        for delivery in batch:
            dealt_with = self._deal_with(delivery)
            if dealt_with is None:
                return
            replies += dealt_with
        if self._are_sent(replies):
            for delivery in batch:
                delivery.acknowledge()
        if monotonic() >= self._next_forgetting_s:
            self._next_forgetting_s = monotonic() + FORGET_EVERY_S
            self._forget_old()

    def _gather(self, wait_s: float) -> list[Delivery]:
        batch = list[Delivery]()
        with suppress(Empty):
            batch.append(self._queue.get(timeout=wait_s))
            while len(batch) < BATCH:
                batch.append(self._queue.get_nowait())
        return batch

    def _deal_with(self, delivery: Delivery) -> list[_Reply] | None:
        """The reply, if there is one, once all is stored; None when the desk stops before that."""
        back_off_s = 0.25
        while True:
            try:
                return self._replies(delivery)
            except (SQLAlchemyError, StoreError) as error:
                reason = type(getattr(error, "orig", None) or error).__name__
                self._repeats.warn("store-away", f"{self._store.name} does not answer: {reason}")
            back_off_s = min(2 * back_off_s, LONGEST_BACK_OFF_S)
            if self._thread.stopping.wait(back_off_s):
                return None

    def _replies(self, delivery: Delivery) -> list[_Reply]:
        name = delivery.topic.split("/")[-2]
        try:
            if delivery.is_retained:
                raise RefusedMessage(RefusalKind.RETAINED, "a command is never retained")
            reply = self._commands.answer(name, delivery.payload)
        except RefusedMessage as refused:
            self._set_aside(delivery, refused)
            return []
        if reply.ok:
            self.counters.carried_out += 1
        else:
            self.counters.refused += 1
        payload = reply.model_dump_json(exclude={"text", "detail"} if reply.ok else None).encode()
        return [_Reply(self._topics.reply(name), payload)]

    def _set_aside(self, delivery: Delivery, refused: RefusedMessage) -> None:
        with self._store.writing() as session:
            keep_refused(session, delivery.topic, delivery.payload, refused, self._clock())
            forget_oldest(session)
        self.counters.unreadable += 1
        self._repeats.warn(f"refused-{refused.kind}", f"{delivery.topic[:200]!r}: {refused.detail}")

    def _are_sent(self, replies: Sequence[_Reply]) -> bool:
        """Whether the broker has them all; not where the connection broke: it asks again then."""
        before = self._link.connection
        left = list(replies)
        while left:
            now = self._link.connection
            if before is None or now is None or now.number != before.number:
                return False
            left = self._unacknowledged(left)
            if left and self._thread.stopping.wait(0.05):
                return False
        return True

    def _unacknowledged(self, replies: Sequence[_Reply]) -> list[_Reply]:
        sent = [(reply, self._published(reply)) for reply in replies]
        deadline = monotonic() + ACKNOWLEDGED_S
        waiting = [each for _, each in sent if each is not None]
        while any(not each.is_acknowledged for each in waiting) and monotonic() < deadline:
            if self._thread.stopping.wait(0.005) or self._link.connection is None:
                break
        return [reply for reply, each in sent if each is None or not each.is_acknowledged]

    def _published(self, reply: _Reply) -> Publication | None:
        try:
            return self._link.publish(reply.topic, reply.payload)
        except PublishError as error:
            logger.debug("a reply waits for the broker: %s", error)
            return None

    def _forget_old(self) -> None:
        try:
            self._commands.forget_old()
        except (SQLAlchemyError, StoreError) as error:
            logger.debug("old replies are kept for now: %s", type(error).__name__)
