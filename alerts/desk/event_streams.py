"""All open streams of one desk, within bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing

from alerts.desk.errors import TooManyStreamsError
from alerts.desk.event_ring import EventRing
from alerts.desk.event_stream import EventStream, StreamCounters, WhoNow
from alerts.desk.missed_moves import MissedMoves
from alerts.desk.rights import Right, needs
from alerts.desk.service import DeskService
from alerts.desk.store import Store
from alerts.desk.views import Officer

MOST = 200
MOST_OF_ONE = 10
"""Streams open at once, of the desk and of one account."""


class EventStreams:
    """Opens streams and ends them; `stream` is for the web server's loop."""

    def __init__(self, service: DeskService, store: Store) -> None:
        """Listen to changes from now on."""
        self._service = service
        self.ring = EventRing(service.changes)
        self._missed = MissedMoves(store, self.ring)
        self.counters = StreamCounters()
        self._open: Counter[int] = Counter()
        self._is_ending = False

    @property
    def count(self) -> int:
        """Streams open now."""
        return self._open.total()

    def end(self) -> None:
        """Close all streams; idempotent, from any thread."""
        self._is_ending = True
        self.ring.unsubscribe()
        self.ring.wake_all()

    @needs(Right.HEAR_EVENTS)
    def check_room(self, officer: Officer) -> None:
        """Raise TooManyStreamsError where the caller, or the desk, has enough of them."""
        if self.count >= MOST or self._open[officer.id] >= MOST_OF_ONE:
            self.counters.refused += 1
            raise TooManyStreamsError(
                f"at most {MOST_OF_ONE} streams of one account and {MOST} in all"
            )

    async def stream(
        self, officer: Officer, who_now: WhoNow, last_event_id: str | None
    ) -> AsyncIterator[bytes]:
        """The text of a new stream; see `EventStream`."""
        stream = EventStream(
            officer=officer,
            who_now=who_now,
            may_see=self._service.may_see,
            ring=self.ring,
            missed=self._missed,
            counters=self.counters,
            is_ending=lambda: self._is_ending,
        )
        self._open[officer.id] += 1
        try:
            async with aclosing(stream.blocks(last_event_id)) as blocks:
                async for block in blocks:
                    yield block
        finally:
            self._open[officer.id] -= 1
