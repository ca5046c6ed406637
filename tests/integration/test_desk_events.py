"""Server-sent events of a served desk, on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import delete

from alerts.desk.event_streams import MOST_OF_ONE
from alerts.desk.serve import GRACE_S
from alerts.desk.tables import SessionRecord
from tests.desk_factories import PASSWORD, YARD
from tests.desk_live import LiveDesk, live_desk

ENDED_WITHIN_S = 5.0


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[LiveDesk]:
    with live_desk(tmp_path, database=database_url) as live:
        yield live


@dataclass
class Reader:
    """What a client reads of a stream, event by event."""

    lines: Iterator[str]
    last_id: str = ""

    def next(self) -> tuple[str, dict[str, Any]]:
        """The next event's name and data; StopIteration at the end of the stream."""
        fields: dict[str, str] = {}
        while True:
            line = next(self.lines)
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value
            elif not line and "event" in fields:
                self.last_id = fields["id"]
                return fields["event"], json.loads(fields["data"])

    def is_over(self) -> bool:
        return not [line for line in self.lines if line.startswith("event")]


@contextmanager
def reading(desk: LiveDesk, name: str, last_id: str | None = None) -> Iterator[Reader]:
    login = {"name": name, "password": PASSWORD}
    timeout = httpx.Timeout(30)
    with httpx.Client(base_url=desk.server.url, trust_env=False, timeout=timeout) as client:
        assert client.post("/api/session", json=login).status_code == 201
        headers = {} if last_id is None else {"Last-Event-ID": last_id}
        with client.stream("GET", "/api/events", headers=headers) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert "no-store" in answer.headers["cache-control"]
            yield Reader(answer.iter_lines())


def test_a_change_comes_at_once_through_all_that_is_around_the_app(desk: LiveDesk) -> None:
    with reading(desk, "li.na") as reader:
        assert reader.next()[0] == "hello"
        code = desk.open_case()
        began = time.monotonic()
        name, data = reader.next()
        assert time.monotonic() - began < 2.0
    assert (name, data["kind"], data["code"], data["version"]) == ("case", "case", code, 1)
    assert data["area"] == "620725101"


def test_changes_elsewhere_are_not_told(desk: LiveDesk) -> None:
    with reading(desk, "li.na") as own, reading(desk, "other") as other:
        assert [own.next()[0], other.next()[0]] == ["hello", "hello"]
        elsewhere, here = desk.open_case(camera=YARD), desk.open_case()
        assert own.next()[1]["code"] == here
        assert other.next()[1]["code"] == elsewhere


def test_a_broken_stream_goes_on_where_it_stopped(desk: LiveDesk) -> None:
    with reading(desk, "li.na") as reader:
        reader.next()
        desk.open_case()
        reader.next()
    missed = [desk.open_case() for _ in range(3)]
    with reading(desk, "li.na", reader.last_id) as again:
        assert [again.next()[1]["code"] for _ in missed] == missed


def delete_sessions(desk: LiveDesk) -> None:
    """As another process does; nobody tells the desk."""
    with desk.server.desk.store.writing() as session:
        session.execute(delete(SessionRecord))


def disable(desk: LiveDesk) -> None:
    desk.service.officers.disable("li.na")


@pytest.mark.parametrize("end", [delete_sessions, disable])
def test_a_stream_ends_with_its_session(desk: LiveDesk, end: Callable[[LiveDesk], None]) -> None:
    with reading(desk, "li.na") as reader:
        reader.next()
        began = time.monotonic()
        end(desk)
        assert reader.is_over()
        assert time.monotonic() - began < ENDED_WITHIN_S


def test_a_stopping_desk_ends_its_streams_and_does_not_wait_for_them(desk: LiveDesk) -> None:
    with reading(desk, "li.na") as reader:
        reader.next()
        began = time.monotonic()
        desk.server.stop()
        assert time.monotonic() - began < GRACE_S
        assert reader.is_over()


def test_streams_of_one_account_are_bounded_and_make_room_again(desk: LiveDesk) -> None:
    streams = desk.server.desk.streams
    with ExitStack() as stack:
        readers = [stack.enter_context(reading(desk, "li.na")) for _ in range(MOST_OF_ONE)]
        for reader in readers:
            reader.next()
        with desk.client("li.na") as client:
            refused = client.get("/api/events")
        assert (refused.status_code, refused.json()["error"]) == (429, "too-many-streams")
        assert "retry-after" in refused.headers
        with reading(desk, "boss") as other:
            assert other.next()[0] == "hello"
    deadline = time.monotonic() + 20
    while streams.count:
        assert time.monotonic() < deadline, "closed streams are still counted"
        time.sleep(0.02)
    assert streams.counters.refused == 1
