"""Announces committed moves on the bus, for other platforms: at least once, in order."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from alerts.delivery import Publication
from alerts.desk.changes import Change, Changes
from alerts.desk.consumer import Link
from alerts.desk.store import Store
from alerts.desk.tables import DueMoveRecord
from alerts.errors import PublishError
from alerts.topics import Topics

AT_ONCE = 50
ROUND_S = 1.0
"""How often it looks without being woken, so that a broker's return is noticed."""
GIVES_WAY_S = 5.0
"""While alerts wait to be stored, other platforms wait for so long: each round takes the
database's one writer and the interpreter from the alerts."""
ACKNOWLEDGED_S = 10.0
"""After this a move that the broker has not acknowledged is published again."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Due:
    id: int
    code: str
    payload: str


class MovePublisher:
    """One thread, from `start` to `stop`; the table `due_moves` is its queue."""

    def __init__(
        self,
        link: Link,
        store: Store,
        topics: Topics,
        changes: Changes,
        *,
        on_death: Callable[[str, BaseException], None],
        is_busy: Callable[[], bool] = lambda: False,
    ) -> None:
        """`on_death` is called when an unforeseen error ended the thread.

        `is_busy` says whether there is a burst of alerts to give way to.
        """
        self._link = link
        self._store = store
        self._topics = topics
        self._on_death = on_death
        self._is_busy = is_busy
        self._wake = Event()
        self._is_stopping = Event()
        self._unsubscribe = changes.subscribe(self._noticed)
        self._thread = Thread(target=self._guard, name="desk-moves")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Leave what is not acknowledged for the next start; idempotent."""
        self._unsubscribe()
        self._is_stopping.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(5.0)

    def _noticed(self, change: Change) -> None:
        if change.kind == "case":
            self._wake.set()

    def _guard(self) -> None:
        try:
            while not self._is_stopping.is_set():
                self._wake.wait(ROUND_S)
                self._wake.clear()
                self._give_way()
                while self.step():
                    self._give_way()
        except Exception as error:  # the thread's supervisor: the desk must know
            logger.exception("publishing moves ended", extra={"action": "thread-died"})
            self._on_death(self._thread.name, error)

    def _give_way(self) -> None:
        until_s = monotonic() + GIVES_WAY_S
        while self._is_busy() and monotonic() < until_s:
            if self._is_stopping.wait(0.05):
                return

    def step(self) -> bool:
        """Publish some moves; whether there may be more right now."""
        if self._link.connection is None or self._is_stopping.is_set():
            return False
        try:
            due = self._due()
            done = self._publish(due)
            self._forget(done)
        except SQLAlchemyError as error:
            logger.debug("moves wait for the store: %s", type(error).__name__)
            return False
        return len(due) == AT_ONCE and len(done) == AT_ONCE

    def _due(self) -> list[_Due]:
        query = select(DueMoveRecord).order_by(DueMoveRecord.id).limit(AT_ONCE)
        with self._store.reading() as session:
            return [_Due(each.id, each.code, each.payload) for each in session.scalars(query)]

    def _publish(self, due: Sequence[_Due]) -> list[int]:
        sent: list[tuple[int, Publication]] = []
        try:
            for move in due:
                topic = self._topics.case(move.code)
                sent.append((move.id, self._link.publish(topic, move.payload.encode())))
        except PublishError as error:
            logger.debug("moves wait for the broker: %s", error)
        return self._acknowledged(sent)

    def _acknowledged(self, sent: Sequence[tuple[int, Publication]]) -> list[int]:
        """Those the broker has; waits for them, but not for ever."""
        for _ in range(int(ACKNOWLEDGED_S / 0.02)):
            if all(publication.is_acknowledged for _, publication in sent):
                break
            if self._is_stopping.wait(0.02) or self._link.connection is None:
                break
        return [move_id for move_id, publication in sent if publication.is_acknowledged]

    def _forget(self, done: Sequence[int]) -> None:
        if done:
            with self._store.writing() as session:
                session.execute(delete(DueMoveRecord).where(DueMoveRecord.id.in_(done)))
