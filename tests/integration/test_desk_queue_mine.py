"""The cases of one officer: handed to them, or accepted by them and not over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from alerts.case import CaseStatus, Verdict
from alerts.desk.recipients import Recipient
from alerts.desk.time_limits import TimeLimit
from alerts.desk.views import Officer, QueueFilter
from tests.desk_factories import TOWN, add_officer, alert_message, desk_site
from tests.desk_rig import DeskRig

USUAL = TimeLimit()
ANY = QueueFilter()


@pytest.fixture
def rig(tmp_path: Path, database_url: str) -> Iterator[DeskRig]:
    with DeskRig(desk_site(tmp_path, database=database_url)) as rig:
        yield rig


@pytest.fixture
def me(rig: DeskRig) -> Officer:
    return add_officer(rig.service.officers, "me")


@pytest.fixture
def colleague(rig: DeskRig) -> Officer:
    return add_officer(rig.service.officers, "colleague")


def pending(rig: DeskRig, number: int) -> str:
    """A case that nobody has accepted."""
    rig.take(alert_message(number, alert=number))
    officer = rig.service.officers.find("me")
    assert officer is not None
    return rig.service.queue(officer, QueueFilter()).rows[0].code


def accepted(rig: DeskRig, number: int, by: Officer) -> str:
    code = pending(rig, number)
    rig.service.accept(by, code, 1)
    return code


def hand(rig: DeskRig, code: str, by: Officer, to: Officer) -> None:
    version = rig.service.case(by, code).row.version
    recipient = Recipient(handler_id=to.id)
    rig.service.moves.dispatch(by, code, version, to=recipient, limit=USUAL, note="")


def close(rig: DeskRig, code: str, by: Officer) -> None:
    version = rig.service.case(by, code).row.version
    rig.service.close(by, code, version, verdict=Verdict.TRUE, note="")


def mine(rig: DeskRig, me: Officer, more: QueueFilter = ANY) -> list[str]:
    page = rig.service.queue(me, replace(more, officer_id=me.id))
    return [row.code for row in page.rows]


def test_what_i_accepted_is_mine_until_it_is_closed(
    rig: DeskRig, me: Officer, colleague: Officer
) -> None:
    pending(rig, 1)
    accepted(rig, 2, colleague)
    first, second = accepted(rig, 3, me), accepted(rig, 4, me)
    assert mine(rig, me) == [second, first]
    counts = rig.service.queue(me, QueueFilter(officer_id=me.id)).counts
    assert {status for status, count in counts.items() if count} == {CaseStatus.ACCEPTED}
    assert counts[CaseStatus.ACCEPTED] == 2
    close(rig, second, me)
    assert mine(rig, me) == [first]
    hand(rig, first, me, colleague)  # mine to look after, and theirs to do
    assert mine(rig, me) == [first]
    assert first in mine(rig, colleague)


def test_what_was_handed_to_me_is_mine_whoever_accepted_it_and_stands_there_once(
    rig: DeskRig, me: Officer, colleague: Officer
) -> None:
    theirs, own = accepted(rig, 1, colleague), accepted(rig, 2, me)
    hand(rig, theirs, colleague, me)
    hand(rig, own, me, me)
    assert mine(rig, me) == [own, theirs]
    counts = rig.service.queue(me, QueueFilter(officer_id=me.id)).counts
    assert counts[CaseStatus.DISPATCHED] == 2


@pytest.mark.parametrize(
    ("more", "finds"),
    [
        (QueueFilter(statuses=frozenset({CaseStatus.ACCEPTED})), True),
        (QueueFilter(statuses=frozenset({CaseStatus.CLOSED})), False),
        (QueueFilter(text="草坪"), True),
        (QueueFilter(text="羊群"), False),
        (QueueFilter(camera_id="plaza-east"), True),
        (QueueFilter(camera_id="gate-1"), False),
        (QueueFilter(area_id=TOWN, categories=frozenset({"security"})), True),
    ],
)
def test_other_filters_narrow_it(
    rig: DeskRig, me: Officer, colleague: Officer, more: QueueFilter, finds: bool
) -> None:
    code = accepted(rig, 1, me)
    accepted(rig, 2, colleague)
    assert mine(rig, me, more) == ([code] if finds else [])


def test_page_after_page_is_read_of_both_kinds(
    rig: DeskRig, me: Officer, colleague: Officer
) -> None:
    codes = list[str]()
    for number in range(1, 7):
        by = me if number % 2 else colleague
        code = accepted(rig, number, by)
        if by is colleague:
            hand(rig, code, by, me)
        codes.insert(0, code)
    found, cursor = list[str](), None
    for _ in range(3):
        page = rig.service.queue(me, QueueFilter(officer_id=me.id), limit=2, cursor=cursor)
        found += [row.code for row in page.rows]
        cursor = page.next_cursor
    assert (found, cursor) == (codes, None)


def test_each_kind_is_a_walk_of_an_index_of_its_own(tmp_path: Path) -> None:
    with DeskRig(desk_site(tmp_path)) as rig:
        me = add_officer(rig.service.officers, "me")
        asked: list[tuple[str, Any]] = []
        event.listen(
            rig.store.engine, "before_cursor_execute", lambda *a: asked.append((a[2], a[3]))
        )
        mine(rig, me)
        walks = [each for each in asked if "ORDER BY cases.queued_at" in each[0]]
        with rig.store.engine.connect() as connection:
            plans = [
                str(row[-1])
                for statement, values in walks
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            ]
    used = ["ix_cases_handler_queue", "ix_cases_assignee_queue"]
    assert [name for each in plans for name in used if name in each] == used
