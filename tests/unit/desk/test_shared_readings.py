"""What open pages read together: once, never older than what a page was told, and for its eyes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest

from alerts.desk.changes import Change, Changes
from alerts.desk.pages.shared_readings import FRESH_S, MOST_KEPT, SharedReadings
from alerts.desk.sight import sight_key
from alerts.desk.views import Officer, Role

CASE = Change(kind="case", id="1", area_id="62")
OFFICER = Officer(
    id=1,
    name="li.na",
    display_name="李娜",
    role=Role.VILLAGE_OFFICER,
    area_id="620725101",
    language="zh",
)


class Desk:
    def __init__(self) -> None:
        self.now_s = 0.0
        self.changes = Changes()
        self.shared = SharedReadings(self.changes, frozenset({"case"}), clock=lambda: self.now_s)
        self.readings = 0

    def read(self, key: str = "queue") -> int:
        return self.shared.read(key, self.make)

    def make(self) -> int:
        self.readings += 1
        return self.readings


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_pages_that_show_the_same_read_once(desk: Desk) -> None:
    assert [desk.read() for _ in range(50)] == [1] * 50


def test_after_a_change_it_is_read_anew(desk: Desk) -> None:
    desk.read()
    desk.changes.publish(CASE)
    assert [desk.read(), desk.read()] == [2, 2]


def test_changes_of_other_kinds_are_none(desk: Desk) -> None:
    desk.read()
    desk.changes.publish(replace(CASE, kind="camera"))
    assert desk.read() == 1


def test_what_only_time_changes_is_seen_after_a_while(desk: Desk) -> None:
    desk.read()
    desk.now_s = FRESH_S + 0.1
    assert desk.read() == 2


def test_after_an_officer_s_own_deed_it_is_read_anew(desk: Desk) -> None:
    desk.read()
    desk.now_s = 0.1
    assert desk.shared.read("queue", desk.make, is_new=True) == 2
    assert desk.read() == 2


def test_other_questions_are_read_on_their_own(desk: Desk) -> None:
    assert [desk.read("a"), desk.read("b"), desk.read("a")] == [1, 2, 1]


def test_a_change_during_a_reading_is_not_missed_and_those_waiting_read_once(desk: Desk) -> None:
    begun, go_on = Event(), Event()

    def slow() -> int:
        begun.set()
        assert go_on.wait(10)
        return -1

    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(desk.shared.read, "queue", slow)
        assert begun.wait(10)
        desk.changes.publish(CASE)
        later = [threads.submit(desk.read) for _ in range(5)]
        go_on.set()
        assert first.result() == -1
        assert {each.result() for each in later} == {1}


def test_an_error_is_not_kept(desk: Desk) -> None:
    def broken() -> int:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        desk.shared.read("queue", broken)
    assert desk.read() == 1


def test_no_more_is_kept_than_may_be(desk: Desk) -> None:
    for number in range(MOST_KEPT + 1):
        desk.read(str(number))
    assert desk.read(str(MOST_KEPT)) == MOST_KEPT + 1
    assert desk.read("0") == MOST_KEPT + 2


@pytest.mark.parametrize(
    "other",
    [
        replace(OFFICER, area_id="620725"),
        replace(OFFICER, role=Role.TOWN_OFFICER),
        replace(OFFICER, role=Role.DEPARTMENT_HANDLER, department="水务"),
        replace(OFFICER, scopes=frozenset()),
    ],
)
def test_who_sees_something_else_shares_nothing(other: Officer) -> None:
    assert sight_key(other) != sight_key(OFFICER)


def test_grid_workers_share_with_nobody_and_colleagues_share() -> None:
    worker = replace(OFFICER, role=Role.GRID_WORKER)
    assert sight_key(worker) != sight_key(replace(worker, id=2))
    assert sight_key(OFFICER) == sight_key(replace(OFFICER, id=2, name="wang.fang"))
