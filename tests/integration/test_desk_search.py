"""Finding cases: by filters and by words, through the indexes, on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import event, text

from alerts.alert import Phase, Severity
from alerts.case import CaseStatus, Verdict
from alerts.desk import queue_plan
from alerts.desk.case_counts import faults, fold
from alerts.desk.migrations.versions import case_search
from alerts.desk.tables import CaseRecord
from alerts.desk.views import MOST_COUNTED, Officer, QueueFilter, Role
from tests.desk_factories import (
    COUNTY,
    GATE,
    PLAZA,
    RAISED,
    TOWN,
    VILLAGE,
    YARD,
    add_officer,
    alert_message,
    desk_site,
)
from tests.desk_rig import DeskRig


@pytest.fixture
def rig(database_url: str, tmp_path: Path) -> Iterator[DeskRig]:
    with DeskRig(desk_site(tmp_path, database=database_url)) as started:
        yield started


@pytest.fixture
def boss(rig: DeskRig) -> Officer:
    return add_officer(rig.service.officers, "boss", role=Role.COUNTY_SUPERVISOR, area_id=COUNTY)


@pytest.fixture
def officer(rig: DeskRig) -> Officer:
    return add_officer(rig.service.officers, "li.na")


def take(rig: DeskRig, number: int, zh: str, **fields: object) -> None:
    message = alert_message(number, alert=number, text={"zh": zh, "en": "something"}, **fields)
    rig.take(message)


def cameras_found(rig: DeskRig, officer: Officer, **wanted: object) -> list[str]:
    rows = rig.service.queue(officer, QueueFilter(**wanted)).rows  # type: ignore[arg-type] # by name
    return [row.camera_id or "" for row in rows]


def test_two_characters_of_a_text_or_a_note_are_found(rig: DeskRig, officer: Officer) -> None:
    take(rig, 1, "消防通道被占用")
    take(rig, 1, "有人越过围栏", camera=GATE)
    assert cameras_found(rig, officer, text="通道") == [PLAZA]
    assert cameras_found(rig, officer, text="羊群") == []
    (row,) = rig.service.queue(officer, QueueFilter(camera_id=GATE)).rows
    rig.service.note(officer, row.code, "系羊群进入果园")
    assert cameras_found(rig, officer, text="羊群") == [GATE]
    assert cameras_found(rig, officer, text="围栏 果园") == [GATE]
    assert cameras_found(rig, officer, text="果") == [GATE]


def test_a_text_that_comes_later_is_found_too(rig: DeskRig, officer: Officer) -> None:
    ended = alert_message(2, phase=Phase.ENDED, text={"zh": "结束", "en": "over"})
    rig.take(ended)
    rig.take(alert_message(1, text={"zh": "货车停放", "en": "truck"}))
    assert cameras_found(rig, officer, text="货车") == [PLAZA]


def test_names_of_cameras_and_areas_are_found_as_they_are_now(rig: DeskRig, boss: Officer) -> None:
    take(rig, 1, "有人停留")
    take(rig, 1, "有人停留", camera=YARD)
    assert cameras_found(rig, boss, text="霍城") == [YARD]
    assert cameras_found(rig, boss, text="文化广场 停留") == [PLAZA]
    assert cameras_found(rig, boss, text="文化广场 羊群") == []


def test_the_beginning_of_a_code_is_found(rig: DeskRig, boss: Officer) -> None:
    take(rig, 1, "一")
    take(rig, 1, "二", camera=GATE)
    assert cameras_found(rig, boss, text=f"{TOWN}-20261122") == [PLAZA]
    assert cameras_found(rig, boss, text=f"{TOWN}-20261122-0001") == [PLAZA]
    assert cameras_found(rig, boss, text=f"{TOWN}-20261122-0002") == []
    assert sorted(cameras_found(rig, boss, text=TOWN)) == [GATE, PLAZA]
    assert cameras_found(rig, boss, text=VILLAGE) == [GATE]


def test_words_of_other_areas_are_not_found(rig: DeskRig, officer: Officer) -> None:
    take(rig, 1, "羊群进入", camera=YARD)
    assert cameras_found(rig, officer, text="羊群") == []
    assert cameras_found(rig, officer, text="羊群", area_id=COUNTY) == []
    assert rig.service.queue(officer, QueueFilter(text="羊群")).counts[CaseStatus.PENDING] == 0


def test_what_is_found_is_paged_newest_first_and_counted(rig: DeskRig, officer: Officer) -> None:
    for number in range(1, 8):
        take(rig, number, "羊群进入")
    wanted, cursor, found = QueueFilter(text="羊群"), None, list[int]()
    while True:
        page = rig.service.queue(officer, wanted, limit=3, cursor=cursor)
        found += [row.case_id for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == sorted(found, reverse=True)
    assert len(found) == 7
    first = rig.service.queue(officer, wanted, limit=3)
    assert first.counts[CaseStatus.PENDING] == 7


SYNTAX = [
    "'",
    '"',
    "AND",
    "NOT 羊",
    "a:b",
    "(",
    "*",
    "羊*",
    "^羊",
    "羊 OR 狗",
    "\\",
    "&|!",
    "<->",
    "%",
]


@pytest.mark.parametrize("typed", SYNTAX)
def test_nothing_typed_is_syntax(rig: DeskRig, officer: Officer, typed: str) -> None:
    take(rig, 1, "有人停留")
    rig.service.queue(officer, QueueFilter(text=typed))


def test_filters_choose_and_count(rig: DeskRig, boss: Officer) -> None:
    take(rig, 1, "一", severity=Severity.HIGH, category="fire", rule="exit")
    take(rig, 1, "二", camera=GATE, raised_at=RAISED - timedelta(hours=3))
    take(rig, 1, "三", camera=YARD)
    with rig.store.writing() as session:
        late = session.query(CaseRecord).filter_by(camera_id=YARD).one()
        late.due_at, late.department, late.origin = RAISED, "水务", "telephone"
    hour = RAISED - timedelta(hours=1)
    for wanted, expected in (
        (QueueFilter(categories=frozenset({"fire"})), [PLAZA]),
        (QueueFilter(rule_id="exit"), [PLAZA]),
        (QueueFilter(until=hour), [GATE]),
        (QueueFilter(since=hour, severities=frozenset({Severity.MEDIUM})), [YARD]),
        (QueueFilter(is_overdue=True), [YARD]),
        (QueueFilter(department="水务"), [YARD]),
        (QueueFilter(origins=frozenset({"telephone"})), [YARD]),
        (QueueFilter(verdicts=frozenset({Verdict.DRILL})), []),
        (QueueFilter(text="三", is_overdue=True), [YARD]),
        (QueueFilter(text="一", is_overdue=True), []),
    ):
        page = rig.service.queue(boss, wanted)
        assert [row.camera_id for row in page.rows] == expected, wanted
        assert sum(page.counts.values()) == len(expected), wanted


def test_what_is_over_is_not_overdue(rig: DeskRig, boss: Officer) -> None:
    take(rig, 1, "一")
    with rig.store.writing() as session:
        case = session.query(CaseRecord).one()
        case.due_at, case.status = RAISED, CaseStatus.CLOSED.value
    wanted = QueueFilter(is_overdue=True, statuses=frozenset({CaseStatus.CLOSED}))
    assert rig.service.queue(boss, wanted).rows == ()


ODD = 'o\'brien "fire" \\ 火灾'
SEARCHES = [
    (QueueFilter(text="通道"), [PLAZA, GATE, PLAZA]),
    (QueueFilter(text="通道 占"), [PLAZA, PLAZA]),
    (QueueFilter(text="通道", categories=frozenset({"fire"})), [GATE]),
    (QueueFilter(text="通道", categories=frozenset({ODD})), [PLAZA]),
    (QueueFilter(text="通道", categories=frozenset({"fire", ODD})), [GATE, PLAZA]),
    (QueueFilter(text="通道", severities=frozenset({Severity.HIGH})), [PLAZA]),
    (QueueFilter(text="通道", statuses=frozenset({CaseStatus.PENDING})), [PLAZA, GATE, PLAZA]),
    (QueueFilter(text="通", statuses=frozenset({CaseStatus.CLOSED})), []),
    (QueueFilter(text="通道", camera_id=GATE), [GATE]),
    (QueueFilter(text="621", camera_id=GATE), []),
    (QueueFilter(text="北门", area_id=VILLAGE), []),
]


@pytest.mark.parametrize("few", [0, 1000])
def test_few_cases_looked_through_are_those_the_index_finds(
    rig: DeskRig, boss: Officer, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(queue_plan, "FEW", few)
    take(rig, 1, "消防通道被占用", severity=Severity.HIGH)
    take(rig, 1, "通道有人", camera=GATE, category="fire")
    take(rig, 2, "通道又被占用", category=ODD)
    take(rig, 1, "羊群", camera=YARD)
    for wanted, expected in SEARCHES:
        page = rig.service.queue(boss, wanted)
        assert sorted(row.camera_id or "" for row in page.rows) == sorted(expected), wanted
        assert sum(page.counts.values()) >= len(expected), wanted


def test_the_counts_follow_every_move(rig: DeskRig, officer: Officer) -> None:
    take(rig, 1, "一")
    take(rig, 1, "二", camera=GATE)
    row = rig.service.queue(officer, QueueFilter(camera_id=GATE)).rows[0]
    rig.service.accept(officer, row.code, row.version)
    counts = rig.service.queue(officer, QueueFilter()).counts
    assert (counts[CaseStatus.PENDING], counts[CaseStatus.ACCEPTED]) == (1, 1)
    fold(rig.store)
    assert rig.service.queue(officer, QueueFilter()).counts == counts
    with rig.store.writing() as session:
        assert faults(session) == []
        session.execute(text("UPDATE case_counts SET cases = cases + 1 WHERE status = 'pending'"))
    with rig.store.reading() as session:
        assert faults(session) != []
    with rig.store.writing() as session:
        session.execute(text("UPDATE case_counts SET cases = cases - 1 WHERE status = 'pending'"))
        session.execute(text("UPDATE cases SET severity = 'high', area_id = 'elsewhere'"))
        assert faults(session) == []


def test_counts_go_no_further_than_anybody_reads(rig: DeskRig, boss: Officer) -> None:
    messages = [alert_message(n, alert=n) for n in range(1, MOST_COUNTED + 6)]
    rig.take(*messages[:500])
    rig.take(*messages[500:])
    rig.take()
    while rig.consumer.waiting:
        rig.consumer.step()
    exact = rig.service.queue(boss, QueueFilter()).counts
    capped = rig.service.queue(boss, QueueFilter(camera_id=PLAZA)).counts
    assert exact[CaseStatus.PENDING] == MOST_COUNTED + 5
    assert capped[CaseStatus.PENDING] == MOST_COUNTED


def test_the_words_of_a_batch_are_one_piece_of_the_index(tmp_path: Path) -> None:
    """A trigger made one piece of every case, in forty times the time of a whole batch."""
    with DeskRig(desk_site(tmp_path)) as rig:
        rig.take(*(alert_message(n, alert=n) for n in range(1, 201)))
        with rig.store.reading() as session:
            pieces = session.scalar(text("SELECT count(DISTINCT segid) FROM case_index_idx"))
            assert session.scalar(text("SELECT count(*) FROM case_words")) == 200
    assert pieces == 1


def test_cases_of_before_are_found_and_counted_after_the_migration(
    rig: DeskRig, officer: Officer
) -> None:
    """The words and counts are taken away, and the migration makes them again."""
    take(rig, 1, "消防通道被占用")
    row = rig.service.queue(officer, QueueFilter()).rows[0]
    rig.service.note(officer, row.code, "系羊群进入")
    rig.store.close()
    rig.store.open()
    undo = [
        "DROP TABLE case_words",
        "DROP TABLE case_counts",
        "ALTER TABLE cases DROP COLUMN rule_id",
    ]
    indexes = sorted(case_search._INDEXES)
    before = ("queue", "area_queue", "status_queue")  # of which the migration makes wider ones
    made = [f"CREATE INDEX ix_cases_{name} ON cases (queued_at)" for name in before]
    undo = [*(f"DROP INDEX {name}" for name in indexes), *made, *undo]
    if rig.store.engine.dialect.name == "sqlite":
        undo = ["DROP TABLE case_index", *_drops("TRIGGER {}"), *undo]
    else:
        drops = [*_drops("TRIGGER {} ON cases"), *_drops("FUNCTION {}", "count_cases_")]
        undo = [*drops, *undo]
    with rig.store.engine.execution_options(is_writing=True).begin() as connection:
        for statement in undo:
            connection.execute(text(statement))
        with Operations.context(MigrationContext.configure(connection)):
            case_search.upgrade()
    assert cameras_found(rig, officer, text="羊群 消防") == [PLAZA]
    assert cameras_found(rig, officer, rule_id="lawn-presence") == [PLAZA]
    assert rig.service.queue(officer, QueueFilter()).counts[CaseStatus.PENDING] == 1


def _drops(form: str, prefix: str = "cases_counted_") -> list[str]:
    return [f"DROP {form.format(prefix + each)}" for each in ("insert", "update", "delete")]


PLANNED = [
    QueueFilter(),
    QueueFilter(statuses=frozenset({CaseStatus.PENDING})),
    QueueFilter(statuses=frozenset({CaseStatus.PENDING}), severities=frozenset({Severity.HIGH})),
    QueueFilter(categories=frozenset({"fire"}), severities=frozenset({Severity.HIGH})),
    QueueFilter(area_id=VILLAGE, statuses=frozenset({CaseStatus.CLOSED})),
    QueueFilter(camera_id=PLAZA, verdicts=frozenset({Verdict.TRUE})),
    QueueFilter(rule_id="exit", since=RAISED),
    QueueFilter(since=RAISED, until=RAISED + timedelta(days=1), statuses=frozenset(CaseStatus)),
    QueueFilter(verdicts=frozenset({Verdict.DRILL})),
    QueueFilter(department="水务", is_overdue=True),
    QueueFilter(handler_id=1),
    QueueFilter(officer_id=1),
    QueueFilter(origins=frozenset({"telephone"})),
]


@pytest.mark.parametrize("wanted", PLANNED)
def test_no_filter_scans_or_sorts_all_cases(tmp_path: Path, wanted: QueueFilter) -> None:
    """SQLite says so of every statement; `bench desk` measures it on a million, on both."""
    with DeskRig(desk_site(tmp_path)) as rig:
        boss = add_officer(rig.service.officers, "boss", area_id=TOWN)
        asked: list[tuple[str, Any]] = []
        event.listen(
            rig.store.engine, "before_cursor_execute", lambda *a: asked.append((a[2], a[3]))
        )
        rig.service.queue(boss, wanted)
        plans = []
        with rig.store.engine.connect() as connection:
            for statement, values in list(asked):
                if "FROM cases" in statement:
                    told = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                    plans += [str(row[-1]) for row in told]
    assert plans
    for each in plans:
        assert not re.fullmatch(r"SCAN cases", each), plans
        assert "SCAN cases" not in each or "INDEX" in each, plans
        assert "FOR ORDER BY" not in each or wanted.is_overdue, plans
