"""Changes as they happen, for one caller: the text of server-sent events.

A stream ends when the session does, when the account changed, or when the desk stops; clients come
again by themselves and say where they were.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic

from alerts.desk.changes import Change
from alerts.desk.event_ring import EventRing, Place
from alerts.desk.missed_moves import MissedMoves
from alerts.desk.views import Officer

LOOK_EVERY_S = 4.0
"""How often the session is looked at; a log-out here is noticed at once."""
BEAT_S = 15.0
"""A comment so often keeps proxies from closing what looks dead."""
RETRY_MS = 2000
KINDS = ("case", "camera", "node")

WhoNow = Callable[[], Officer | None]
"""The caller as of now; None once the session or token has ended."""
MaySee = Callable[[Officer, Change], bool]


@dataclass(slots=True)
class StreamCounters:
    """Of all streams since the start."""

    events: int = 0
    resets: int = 0
    refused: int = 0


@dataclass(slots=True, kw_only=True)
class EventStream:
    """One caller's stream; for the web server's loop.

    Attributes:
        officer: As they were when the stream was opened; it ends when they are not any more.
        is_ending: Whether the desk stops.
    """

    officer: Officer
    who_now: WhoNow
    may_see: MaySee
    ring: EventRing
    missed: MissedMoves
    counters: StreamCounters
    is_ending: Callable[[], bool]
    look_every_s: float = LOOK_EVERY_S
    beat_s: float = BEAT_S

    async def blocks(self, last_event_id: str | None) -> AsyncGenerator[bytes]:
        """Text to send, from after `last_event_id` or, without one, from now on."""
        woken = asyncio.Event()
        forget = self.ring.on_change(_waker(woken))
        try:
            place, first = await asyncio.to_thread(self._begin, last_event_id)
            yield f"retry: {RETRY_MS}\n\n{first}".encode()
            watch, sent_s = _SessionWatch(self), monotonic()
            while await watch.is_on():
                woken.clear()
                place, text = self._next(place)
                if not text and monotonic() >= sent_s + self.beat_s:
                    text = ": beat\n\n"
                if text:
                    yield text.encode()
                    sent_s = monotonic()
                else:
                    await _rest(woken, min(self.look_every_s, self.beat_s))
        finally:
            forget()

    def _begin(self, last_event_id: str | None) -> tuple[Place, str]:
        """Where to go on, and what is to be said of the time in between."""
        self.missed.look()
        end = self.ring.end
        if last_event_id is None:
            return end, _event("hello", end, {"kinds": KINDS})
        said = Place.decode(last_event_id)
        if said is not None and said.boot == end.boot:
            return replace(end, number=said.number), ""
        entry = None if said is None else said.entry
        changes = None if entry is None else self.missed.since(entry)
        if changes is None:
            return end, self._reset(end, KINDS)
        # What cameras and nodes did while the desk was away stands in no journal.
        return end, self._text((end, each) for each in changes) + self._reset(end, KINDS[1:])

    def _next(self, place: Place) -> tuple[Place, str]:
        found = self.ring.since(place.number)
        if found is None:
            end = self.ring.end
            return end, self._reset(end, KINDS)
        return (found[-1][0] if found else place), self._text(found)

    def _text(self, found: Iterable[tuple[Place, Change]]) -> str:
        seen = [(at, change) for at, change in found if self.may_see(self.officer, change)]
        self.counters.events += len(seen)
        return "".join(_event(each.kind, at, _said(each)) for at, each in seen)

    def _reset(self, at: Place, kinds: Iterable[str]) -> str:
        self.counters.resets += 1
        return _event("reset", at, {"kinds": tuple(kinds)})


class _SessionWatch:
    """Whether a stream may go on: asked before each block, looked up now and then."""

    def __init__(self, stream: EventStream) -> None:
        self._stream = stream
        self._next_look_s = 0.0
        self._sessions = -1

    async def is_on(self) -> bool:
        stream = self._stream
        sessions = stream.ring.session_changes
        if sessions != self._sessions or monotonic() >= self._next_look_s:
            self._sessions, self._next_look_s = sessions, monotonic() + stream.look_every_s
            now = await asyncio.to_thread(stream.who_now)
            if now is None or _essence(now) != _essence(stream.officer):
                return False
            await asyncio.to_thread(stream.missed.look)
        return not stream.is_ending()


def _essence(officer: Officer) -> Officer:
    """What of an officer decides what they see."""
    return replace(officer, display_name="", language="zh")


def _said(change: Change) -> dict[str, object]:
    return {
        "kind": change.kind,
        "code": change.id,
        "version": change.version,
        "area": change.area_id,
    }


def _event(name: str, at: Place, data: dict[str, object]) -> str:
    said = json.dumps({"id": at.encode(), **data}, ensure_ascii=False)
    return f"id: {at.encode()}\nevent: {name}\ndata: {said}\n\n"


async def _rest(woken: asyncio.Event, limit_s: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(woken.wait(), limit_s)


def _waker(event: asyncio.Event) -> Callable[[], None]:
    loop = asyncio.get_running_loop()

    def wake() -> None:
        loop.call_soon_threadsafe(event.set)

    return wake
