"""One thread that moves evidence from the spool to the store and says so."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from threading import Event, Thread

from alerts.errors import EvidenceError, EvidenceLostError, OutboxWriteError
from alerts.evidence.ledger import Entry, EvidenceLedger
from alerts.evidence.spool import Spool, Spooled
from alerts.evidence.spool_bound import SpoolBound
from alerts.evidence.store import EvidenceStore
from alerts.schema import EvidenceState

FIRST_RETRY_S = 1.0
LAST_RETRY_S = 60.0
AT_ONCE = 100
"""So many pieces are moved before the spool's bound is looked at."""
"""Some 2,000 clips of 2 MB; beyond, the oldest fails: a full disk would stop the outbox. On a
smaller disk half of its room."""
STOP_S = 2.0

logger = logging.getLogger(__name__)

Died = Callable[[str, BaseException], None]


class EvidenceKeeper:
    """Stores in the order of the alerts, tries again with back-off while the store is away.

    Attributes:
        dropped: Evidence given up because the spool was full.
        corrupt: Spooled files that were gone or not what their name says.
    """

    def __init__(
        self,
        ledger: EvidenceLedger,
        spool: Spool,
        store: EvidenceStore,
        *,
        on_message: Callable[[], None],
        on_death: Died,
        max_spool_bytes: int | None = None,
    ) -> None:
        """Nothing is stored before `start`.

        Args:
            ledger: Says what is spooled; notes what is stored.
            spool: Where it lies.
            store: Where it goes.
            on_message: Wakes the publisher.
            on_death: Called with the thread's name when an unforeseen error ended it.
            max_spool_bytes: The spool's bound; None: see `SpoolBound`.
        """
        self._ledger = ledger
        self._spool = spool
        self._store = store
        self._on_message = on_message
        self._on_death = on_death
        self._bound = SpoolBound(spool.folder, max_spool_bytes)
        self._wait_s = 0.0
        self._behind: set[Entry] = set()
        self.dropped = 0
        self.corrupt = 0
        self._wake = Event()
        self._is_stopping = Event()
        self._thread = Thread(target=self._guard, name="evidence-keeper", daemon=True)

    def wake(self) -> None:
        """Something was spooled; from any thread, never blocks."""
        self._wake.set()

    def start(self) -> None:
        """Begin with what an earlier run left in the spool."""
        self._wake.set()
        self._thread.start()

    def stop(self) -> None:
        """End after the present piece, at most `STOP_S`; the rest waits in the spool; idempotent.

        The thread is a daemon: a store that does not answer must not hold the node's end up, and
        whatever it was sending is sent again.
        """
        self._is_stopping.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(STOP_S)
        self._store.close()

    def _guard(self) -> None:
        try:
            while not self._is_stopping.is_set():
                self._wait()
                self.step()
        except Exception as error:  # the thread's supervisor: the node must know
            if self._is_stopping.is_set():  # the store was closed under it: see `stop`
                return
            logger.exception("the evidence keeper ended", extra={"action": "thread-died"})
            self._on_death(self._thread.name, error)

    def _wait(self) -> None:
        if self._wait_s == 0:
            self._wake.wait()
            self._wake.clear()
        else:  # while the store is away, news in the spool must not make us knock more often
            self._is_stopping.wait(self._wait_s * random.uniform(0.8, 1.2))  # noqa: S311 - spreads load, guards nothing

    def step(self) -> None:
        """Store what is spooled, or what the store takes now; then give up what is too much."""
        try:
            try:
                self._move_some()
            finally:
                self._trim()
            self._wait_s = 0.0
        except (EvidenceError, OutboxWriteError) as error:
            if self._wait_s == 0:  # once, not at every attempt
                logger.warning("evidence waits: %s", error, extra={"action": "store-away"})
            self._wait_s = min(LAST_RETRY_S, self._wait_s * 2 or FIRST_RETRY_S)

    def _move_some(self) -> None:
        waiting = self._in_turn()
        if len(waiting) > AT_ONCE:
            self._wake.set()
        for entry in waiting[:AT_ONCE]:
            if self._is_stopping.is_set():
                return
            self._move(entry)

    def _in_turn(self) -> list[Entry]:
        """Oldest first, but behind the others what failed last time: one must not stop all."""
        pending = [entry for entry in self._ledger.pending() if entry.sha256 is not None]
        if self._behind.issuperset(pending):
            self._behind.clear()
        return sorted(pending, key=self._behind.__contains__)

    def _move(self, entry: Entry) -> None:
        item = entry.item_in(self._spool)
        if item is None:
            return
        try:
            self._check(item)
            self._ledger.asked(entry.alert_id, entry.kind)
            self._store.put(item)
        except EvidenceLostError as error:
            logger.warning(
                "the %s of alert %s: %s",
                entry.kind,
                entry.alert_id,
                error,
                extra={"action": "evidence-lost"},
            )
            self._settle(entry, item, EvidenceState.FAILED)
        except EvidenceError:
            self._behind.add(entry)
            raise
        else:
            self._settle(entry, item, EvidenceState.STORED)

    def _check(self, item: Spooled) -> None:
        """A store would refuse other content under this name, again and again."""
        try:
            is_whole = self._spool.is_whole(item)
        except OSError as error:
            raise EvidenceError(f"the spool cannot be read: {error}") from error
        if not is_whole:
            self.corrupt += 1
            self._spool.set_aside(item)
            raise EvidenceLostError("it is gone from the spool, or is not what was put there")

    def _settle(self, entry: Entry, item: Spooled, state: EvidenceState) -> None:
        self._ledger.settle(entry.alert_id, entry.kind, state)
        self._on_message()
        self._spool.remove_unless(self._ledger.is_wanted, item.sha256)

    def _trim(self) -> None:
        waiting = self._ledger.pending()
        spooled = [(entry, item) for entry in waiting if (item := entry.item_in(self._spool))]
        held = sum(item.size for _, item in spooled)
        excess = held - self._bound.now(held)
        for entry, item in _expendable_first(spooled):
            if excess <= 0:
                return
            excess -= item.size
            self.dropped += 1
            logger.error(
                "the spool is full: the %s of alert %s is given up",
                entry.kind,
                entry.alert_id,
                extra={"action": "evidence-lost"},
            )
            self._settle(entry, item, EvidenceState.FAILED)


def _expendable_first(spooled: list[tuple[Entry, Spooled]]) -> list[tuple[Entry, Spooled]]:
    """Last what the store may have, though it did not say so: to call that failed were wrong.

    Of those the oldest is the likeliest: what was tried after it met a store that was away.
    """
    asked = [each for each in spooled if each[0].is_asked]
    return [*(each for each in spooled if not each[0].is_asked), *reversed(asked)]
