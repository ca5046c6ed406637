"""Streams of events and the ring that they read, without a server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Any

import pytest

from alerts.desk.changes import Change, Changes
from alerts.desk.event_ring import SETTLED_S, EventRing, Place
from alerts.desk.event_stream import EventStream, StreamCounters
from alerts.desk.views import Officer, Role
from tests.desk_rows import OFFICER


class FakeMissed:
    """A journal of so many entries."""

    def __init__(self, changes: list[Change] | None = None) -> None:
        self.changes = changes
        self.asked: list[int] = []

    def look(self) -> None:
        """It is read by hand."""

    def since(self, entry: int) -> list[Change] | None:
        self.asked.append(entry)
        return self.changes


class Rig:
    """A stream of an officer who sees everything in their own area."""

    def __init__(self, *, size: int = 10, missed: FakeMissed | None = None) -> None:
        self.changes = Changes()
        self.ring = EventRing(self.changes, size=size)
        self.who: Officer | None = OFFICER
        self.is_ending = False
        self.counters = StreamCounters()
        self.missed = missed or FakeMissed()

    def stream(self, last: str | None = None, *, beat_s: float = 60.0) -> AsyncGenerator[bytes]:
        stream = EventStream(
            officer=OFFICER,
            who_now=lambda: self.who,
            may_see=lambda officer, change: change.area_id in {None, officer.area_id},
            ring=self.ring,
            missed=self.missed,  # type: ignore[arg-type]  # a fake of the same form
            counters=self.counters,
            is_ending=lambda: self.is_ending,
            look_every_s=0.05,
            beat_s=beat_s,
        )
        return stream.blocks(last)

    def change(self, number: int, area: str | None = OFFICER.area_id) -> None:
        self.changes.publish(Change(kind="case", id=f"c{number}", area_id=area, version=number))


def events(block: bytes) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for part in block.decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in part.splitlines() if ": " in line)
        if "event" in lines:
            data = json.loads(lines["data"])
            assert data["id"] == lines["id"]
            found.append((lines["event"], data))
    return found


def codes(block: bytes) -> list[str]:
    return [data["code"] for name, data in events(block) if name == "case"]


def scenario(run: Callable[[], Any]) -> None:
    asyncio.run(asyncio.wait_for(run(), 20))


def test_a_new_stream_says_hello_and_then_what_changes() -> None:
    async def run() -> None:
        rig = Rig()
        rig.change(1)
        stream = rig.stream()
        ((name, data),) = events(await anext(stream))
        assert (name, data["kinds"]) == ("hello", ["case", "camera", "node"])
        rig.change(2)
        rig.change(3, area="elsewhere")
        rig.change(4)
        ((_, first), (_, second)) = events(await anext(stream))
        assert (first["kind"], first["code"], first["version"]) == ("case", "c2", 2)
        assert (second["code"], second["area"]) == ("c4", OFFICER.area_id)
        await stream.aclose()

    scenario(run)


def test_a_stream_goes_on_after_the_last_event_that_was_read() -> None:
    async def run() -> None:
        rig = Rig()
        stream = rig.stream()
        await anext(stream)
        rig.change(1)
        last = events(await anext(stream))[-1][1]["id"]
        await stream.aclose()
        rig.change(2)
        rig.change(3)
        again = rig.stream(last)
        assert codes(await anext(again)) == []
        assert codes(await anext(again)) == ["c2", "c3"]
        await again.aclose()
        assert rig.counters.resets == 0

    scenario(run)


@pytest.mark.parametrize("last", ["", "x", "1.2", "0.99.", "%boot%.99.", "%boot%.-1.", "a.b.c.d"])
def test_a_place_that_nobody_knows_is_answered_with_reset(last: str) -> None:
    async def run() -> None:
        rig = Rig()
        rig.change(1)
        stream = rig.stream(last.replace("%boot%", rig.ring.boot))
        found = events(await anext(stream)) or events(await anext(stream))
        assert [(name, data["kinds"]) for name, data in found] == [
            ("reset", ["case", "camera", "node"])
        ]
        await stream.aclose()

    scenario(run)


def test_a_reader_that_falls_behind_the_ring_is_told_to_read_anew() -> None:
    async def run() -> None:
        rig = Rig(size=3)
        stream = rig.stream()
        await anext(stream)
        for number in range(1, 6):
            rig.change(number)
        ((name, _),) = events(await anext(stream))
        assert (name, rig.counters.resets) == ("reset", 1)
        rig.change(6)
        assert codes(await anext(stream)) == ["c6"]
        await stream.aclose()

    scenario(run)


def test_after_a_restart_the_journal_says_which_cases_moved() -> None:
    async def run() -> None:
        moved = [Change(kind="case", id="c7", area_id=OFFICER.area_id, version=7)]
        rig = Rig(missed=FakeMissed(moved))
        stream = rig.stream("0badb007.12.40")
        found = events(await anext(stream))
        assert [name for name, _ in found] == ["case", "reset"]
        assert found[0][1]["code"] == "c7"
        assert found[1][1]["kinds"] == ["camera", "node"]
        assert rig.missed.asked == [40]
        await stream.aclose()

    scenario(run)


def test_after_too_long_a_time_everything_is_to_be_read_anew() -> None:
    async def run() -> None:
        rig = Rig(missed=FakeMissed(None))
        found = events(await anext(rig.stream("0badb007.12.40")))
        assert [(name, len(data["kinds"])) for name, data in found] == [("reset", 3)]

    scenario(run)


@pytest.mark.parametrize(
    "who",
    [
        None,
        replace(OFFICER, area_id="elsewhere"),
        replace(OFFICER, role=Role.AUDITOR),
        replace(OFFICER, is_disabled=True),
    ],
)
def test_a_stream_ends_with_the_session_or_when_the_account_changed(who: Officer | None) -> None:
    async def run() -> None:
        rig = Rig()
        stream = rig.stream()
        await anext(stream)
        rig.who = who
        rig.changes.publish(Change(kind="session", id="", area_id=None))
        with pytest.raises(StopAsyncIteration):
            await anext(stream)

    scenario(run)


def test_another_language_does_not_end_a_stream() -> None:
    async def run() -> None:
        rig = Rig(missed=FakeMissed())
        stream = rig.stream(beat_s=0.01)
        await anext(stream)
        rig.who = replace(OFFICER, language="en")
        assert await anext(stream) == b": beat\n\n"
        await stream.aclose()

    scenario(run)


def test_a_stream_ends_when_the_desk_stops() -> None:
    async def run() -> None:
        rig = Rig()
        stream = rig.stream()
        await anext(stream)
        rig.is_ending = True
        rig.ring.wake_all()
        with pytest.raises(StopAsyncIteration):
            await anext(stream)

    scenario(run)


def test_a_place_names_the_journal_only_once_its_entries_were_told() -> None:
    ring = EventRing(Changes())
    ring.journal_is_at(5, 0.0)
    assert ring.end.entry is None
    ring.journal_is_at(9, SETTLED_S - 1)
    assert ring.end.entry is None
    ring.journal_is_at(9, SETTLED_S)
    assert ring.end.entry == 5
    ring.journal_is_at(12, 2 * SETTLED_S)
    assert ring.end.entry == 9


def test_a_place_survives_its_way_to_the_client_and_back() -> None:
    for place in (Place(boot="ab", number=3, entry=None), Place(boot="ab", number=3, entry=9)):
        assert Place.decode(place.encode()) == place
