"""The store and the service layer on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from alerts.alert import Phase, Reason, Severity
from alerts.case import CaseStatus, Verdict
from alerts.desk import codes
from alerts.desk.columns import Base
from alerts.desk.errors import EvidenceMissingError, RequestError, StoreError
from alerts.desk.journal import Said, move
from alerts.desk.store import Store
from alerts.desk.tables import CaseRecord
from alerts.desk.views import Action, CaseRow, Officer, QueueFilter, Role
from alerts.errors import (
    AlertError,
    CaseConflictError,
    CaseNotFoundError,
    IllegalTransitionError,
    NotAllowedError,
)
from alerts.schema import AlertMessage, CaseMove, EvidenceKind, EvidenceState
from tests.desk_factories import (
    COUNTY,
    GATE,
    OTHER_TOWN,
    RAISED,
    TOPICS,
    TOWN,
    VILLAGE,
    YARD,
    add_officer,
    alert_message,
    desk_site,
)
from tests.desk_rig import DeskRig
from tests.leaks import planted

EVERYTHING = QueueFilter()


@pytest.fixture
def rig(database_url: str, tmp_path: Path) -> Iterator[DeskRig]:
    with DeskRig(desk_site(tmp_path, database=database_url)) as started:
        yield started


@pytest.fixture
def officer(rig: DeskRig) -> Officer:
    return add_officer(rig.service.officers, "li.na")


def only_case(rig: DeskRig, officer: Officer) -> CaseRow:
    (row,) = rig.service.queue(officer, EVERYTHING).rows
    return row


def end_message(sequence: int, **fields: object) -> AlertMessage:
    return alert_message(sequence, phase=Phase.ENDED, reason=Reason.GONE, **fields)


def _is_of_models(name: str | None) -> bool:
    """All but the index of words, which each database has in its own way."""
    return name is None or not name.startswith(("case_index", "ix_case_words"))


def test_models_and_migrations_agree(database_url: str) -> None:
    store = Store(database_url).open()
    with store.engine.connect() as connection:
        compared = {"compare_type": True, "include_name": lambda name, *_: _is_of_models(name)}
        context = MigrationContext.configure(connection, opts=compared)
        assert compare_metadata(context, Base.metadata) == []
    store.close()


def test_a_second_start_finds_what_the_first_one_left(database_url: str, tmp_path: Path) -> None:
    site = desk_site(tmp_path, database=database_url)
    with DeskRig(site) as first:
        add_officer(first.service.officers, "li.na")
        first.take(alert_message())
    with DeskRig(site) as second:
        (kept,) = second.service.officers.list()
        assert only_case(second, kept).version == 1


def test_the_journal_refuses_to_be_changed(rig: DeskRig) -> None:
    rig.take(alert_message())
    for statement in ("UPDATE journal SET note = 'no'", "DELETE FROM journal"):
        with pytest.raises(DBAPIError), rig.store.writing() as session:
            session.execute(text(statement))


def test_an_alert_opens_one_case_in_the_area_of_its_camera(rig: DeskRig, officer: Officer) -> None:
    rig.take(alert_message(1))
    rig.take(alert_message(1))
    row = only_case(rig, officer)
    assert row.code == f"{TOWN}-20261122-0001"
    assert (row.status, row.opened_at, row.alert_count) == (CaseStatus.PENDING, RAISED, 1)
    assert (row.camera_name, row.area_name) == ("文化广场东", "清泉镇")


def test_case_codes_count_by_area_and_local_day(rig: DeskRig, officer: Officer) -> None:
    late = rig.now = RAISED + timedelta(hours=15)  # 01:00 of the 23rd in Shanghai
    rig.take(
        alert_message(1, alert=1),
        alert_message(2, alert=2),
        alert_message(3, alert=3, raised_at=late),
        alert_message(1, alert=4, camera=GATE),
    )
    found = {row.code for row in rig.service.queue(officer, EVERYTHING).rows}
    assert found == {
        f"{TOWN}-20261122-0001",
        f"{TOWN}-20261122-0002",
        f"{TOWN}-20261123-0001",
        f"{VILLAGE}-20261122-0001",
    }


def test_codes_reserved_at_once_are_all_different(rig: DeskRig) -> None:
    barrier = Barrier(8)

    def reserve(_: int) -> list[str]:
        barrier.wait(10)
        with rig.store.writing() as session:
            return codes.reserve(session, ["a-20261122", "b-20261122", "a-20261122"])

    with ThreadPoolExecutor(8) as pool:
        found = [code for part in pool.map(reserve, range(8)) for code in part]
    assert sorted(found) == sorted(
        [f"a-20261122-{n:04d}" for n in range(1, 17)] + [f"b-20261122-{n:04d}" for n in range(1, 9)]
    )


def test_an_end_that_overtakes_its_beginning_is_kept(rig: DeskRig, officer: Officer) -> None:
    ended_at = RAISED + timedelta(minutes=1)
    box = (0.5, 0.5, 0.6, 0.6)
    rig.take(end_message(2, box=box, confidence=0.4, ended_at=ended_at))
    rig.take(alert_message(1, confidence=0.9))
    view = rig.service.case(officer, only_case(rig, officer).code)
    (alert,) = view.alerts
    assert (alert.phase, view.row.ended_at) == (Phase.ENDED, ended_at)
    assert (alert.box, alert.confidence) == ((0.1, 0.2, 0.3, 0.4), 0.4)
    assert (alert.raised_label, alert.raised_confidence) == ("person", 0.9)
    assert [entry.kind for entry in view.journal] == ["opened", "ended"]


def test_a_reopened_alert_is_on_again(rig: DeskRig, officer: Officer) -> None:
    rig.take(alert_message(1), end_message(2, ended_at=RAISED))
    rig.take(alert_message(3, phase=Phase.UPDATED, reason=Reason.REOPENED))
    view = rig.service.case(officer, only_case(rig, officer).code)
    assert view.row.ended_at is None
    assert [entry.kind for entry in view.journal] == ["opened", "ended", "reopened"]


def test_the_snapshots_box_keeps_its_label_and_confidence(rig: DeskRig, officer: Officer) -> None:
    rig.take(alert_message(1, confidence=0.9))
    rig.take(
        alert_message(2, phase=Phase.UPDATED, reason=Reason.CHANGED, label="car", confidence=0.6)
    )
    (alert,) = rig.service.case(officer, only_case(rig, officer).code).alerts
    assert (alert.label, alert.confidence) == ("car", 0.6)
    assert (alert.raised_label, alert.raised_confidence) == ("person", 0.9)


@pytest.mark.parametrize("is_overtaken", [False, True])
def test_a_reopened_alert_takes_its_closed_case_up_again(
    rig: DeskRig, officer: Officer, is_overtaken: bool
) -> None:
    heard: list[str] = []
    last = 4 if is_overtaken else 2
    rig.take(alert_message(1), end_message(last, ended_at=RAISED))
    code = only_case(rig, officer).code
    rig.service.false_alarm(officer, code, 1, "树影")
    rig.service.changes.subscribe(lambda change: heard.append(change.id))
    rig.take(alert_message(3, phase=Phase.UPDATED, reason=Reason.REOPENED))
    view = rig.service.case(officer, code)
    assert (view.row.status, view.row.verdict, view.row.version) == (CaseStatus.ACCEPTED, None, 4)
    assert view.row.assignee == "li.na"
    move = view.journal[-1]
    assert (move.kind, move.actor, move.note) == ("moved", "system", "再次出现")
    assert heard == [code]
    rig.moves.step()
    assert CaseMove.model_validate_json(rig.bus.on(TOPICS.case(code))[-1]).status == "accepted"
    again = rig.service.close(officer, code, 4, verdict=Verdict.TRUE, note="")
    assert again.status is CaseStatus.CLOSED


def test_a_case_that_was_followed_up_stays_and_its_journal_tells(
    rig: DeskRig, officer: Officer
) -> None:
    rig.take(alert_message(1), end_message(2, ended_at=RAISED))
    code = only_case(rig, officer).code
    rig.service.false_alarm(officer, code, 1, "树影")
    with rig.store.writing() as session:
        record = session.scalars(select(CaseRecord)).one()
        said = Said(actor="li.na", at=rig.now)
        move(session, record, CaseStatus.FOLLOWED_UP, said=said, due=None)
    rig.take(alert_message(3, phase=Phase.UPDATED, reason=Reason.REOPENED))
    view = rig.service.case(officer, code)
    assert (view.row.status, view.row.verdict) == (CaseStatus.FOLLOWED_UP, Verdict.FALSE)
    assert view.journal[-1].kind == "reopened"


def test_a_time_in_the_future_gives_way_to_the_receiving_time(
    rig: DeskRig, officer: Officer
) -> None:
    ahead = rig.now + timedelta(hours=2)
    rig.take(alert_message(1, raised_at=ahead, captured_at=ahead))
    view = rig.service.case(officer, only_case(rig, officer).code)
    assert (view.row.opened_at, view.alerts[0].captured_at) == (rig.now, rig.now)
    assert [entry.kind for entry in view.journal] == ["opened", "note"]
    assert "7200 秒" in view.journal[1].note


def test_a_clock_that_is_a_little_ahead_is_believed(rig: DeskRig, officer: Officer) -> None:
    ahead = rig.now + timedelta(seconds=60)
    rig.take(alert_message(1, raised_at=ahead))
    view = rig.service.case(officer, only_case(rig, officer).code)
    assert (view.row.opened_at, len(view.journal)) == (ahead, 1)


def test_a_wrong_clock_neither_keeps_a_case_on_top_nor_buries_it(
    rig: DeskRig, officer: Officer
) -> None:
    def take(alert: int, raised_at: datetime) -> None:
        rig.take(alert_message(alert, alert=alert, raised_at=raised_at, label=f"case-{alert}"))
        rig.now += timedelta(hours=9)

    take(1, rig.now - timedelta(hours=1))
    take(2, datetime(2099, 1, 1, tzinfo=UTC))
    take(3, rig.now)
    take(4, datetime(1970, 1, 1, tzinfo=UTC))  # received 27 h after the first
    rows: list[CaseRow] = []
    cursor = None
    for _ in range(4):
        page = rig.service.queue(officer, EVERYTHING, limit=1, cursor=cursor)
        rows += page.rows
        cursor = page.next_cursor
    assert [row.label for row in rows] == ["case-3", "case-2", "case-4", "case-1"]
    assert rows[2].opened_at.year == 1970


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        ([], None),
        ([{"kind": "clip", "state": "stored", "sha256": "a" * 64}], None),
        ([{"kind": "snapshot", "state": "pending"}], EvidenceState.PENDING),
        ([{"kind": "snapshot", "state": "failed"}], EvidenceState.FAILED),
        ([{"kind": "snapshot", "state": "stored", "sha256": "a" * 64}], EvidenceState.STORED),
    ],
)
def test_a_row_says_what_became_of_its_snapshot(
    rig: DeskRig, officer: Officer, evidence: list[object], state: EvidenceState | None
) -> None:
    rig.take(alert_message(evidence=evidence))
    row = only_case(rig, officer)
    assert (row.snapshot_state, row.snapshot_ready) == (state, state is EvidenceState.STORED)


def test_evidence_never_goes_back_to_pending(rig: DeskRig, officer: Officer) -> None:
    pending = {"kind": "snapshot", "state": "pending"}
    stored = {"kind": "snapshot", "state": "stored", "sha256": "a" * 64, "bytes": 7}
    rig.take(alert_message(2, phase=Phase.UPDATED, evidence=[stored]))
    rig.take(alert_message(1, evidence=[pending]))
    view = rig.service.case(officer, only_case(rig, officer).code)
    (snapshot,) = view.evidence
    assert view.row.snapshot_ready
    assert snapshot.url == f"/api/cases/{view.row.code}/evidence/snapshot"
    with pytest.raises(EvidenceMissingError):
        rig.service.evidence_path(officer, view.row.code, EvidenceKind.SNAPSHOT)


def test_two_officers_accept_at_once_and_one_wins(rig: DeskRig) -> None:
    officers = [add_officer(rig.service.officers, name) for name in ("one", "two")]
    rig.take(alert_message())
    code, barrier = only_case(rig, officers[0]).code, Barrier(2)

    def accept(officer: Officer) -> str:
        barrier.wait(10)
        try:
            return rig.service.accept(officer, code, 1).assignee or ""
        except CaseConflictError:
            return "conflict"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(accept, officers))
    view = rig.service.case(officers[0], code)
    assert answers == ["conflict", view.row.assignee]
    assert [entry.kind for entry in view.journal] == ["opened", "moved"]


def test_a_false_alarm_on_a_pending_case_is_two_moves(rig: DeskRig, officer: Officer) -> None:
    rig.take(alert_message())
    row = rig.service.false_alarm(officer, only_case(rig, officer).code, 1, "树影")
    assert (row.status, row.verdict, row.version) == (CaseStatus.CLOSED, Verdict.FALSE, 3)
    moves = [e for e in rig.service.case(officer, row.code).journal if e.kind == "moved"]
    assert [(e.from_status, e.to_status, e.note) for e in moves] == [
        (CaseStatus.PENDING, CaseStatus.ACCEPTED, ""),
        (CaseStatus.ACCEPTED, CaseStatus.CLOSED, "树影"),
    ]


def test_accept_note_and_close_are_in_the_journal(rig: DeskRig, officer: Officer) -> None:
    rig.take(alert_message())
    code = only_case(rig, officer).code
    assert {Action.ACCEPT, Action.NOTE} < rig.service.case(officer, code).actions
    version = rig.service.accept(officer, code, 1).version
    assert rig.service.note(officer, code, "已电话通知").version == version
    row = rig.service.close(officer, code, version, verdict=Verdict.TRUE, note="")
    assert row.assignee == "li.na"
    view = rig.service.case(officer, code)
    assert [(e.kind, e.actor, e.note) for e in view.journal] == [
        ("opened", "system", ""),
        ("moved", "li.na", ""),
        ("note", "li.na", "已电话通知"),
        ("moved", "li.na", ""),
    ]
    assert Action.NOTE in view.actions
    assert Action.CLOSE not in view.actions


Deed = Callable[[DeskRig, Officer, str], object]


@pytest.mark.parametrize(
    ("deed", "error"),
    [
        (lambda r, o, c: r.service.accept(o, c, 7), CaseConflictError),
        (
            lambda r, o, c: r.service.close(o, c, 1, verdict=Verdict.TRUE, note=""),
            IllegalTransitionError,
        ),
        (lambda r, o, c: r.service.false_alarm(o, c, 1, "  "), RequestError),
        (
            lambda r, o, c: r.service.close(o, c, 1, verdict=Verdict.FALSE, note=""),
            RequestError,
        ),
        (lambda r, o, c: r.service.note(o, c, "x" * 2001), RequestError),
        (lambda r, o, c: r.service.accept(o, c + "\0", 1), CaseNotFoundError),
    ],
)
def test_a_wrong_deed_changes_nothing(
    rig: DeskRig, officer: Officer, deed: Deed, error: type[AlertError]
) -> None:
    rig.take(alert_message())
    before = only_case(rig, officer)
    with pytest.raises(error):
        deed(rig, officer, before.code)
    assert only_case(rig, officer) == before


@pytest.mark.parametrize(
    "deed",
    [
        lambda r, o, c: r.service.case(o, c),
        lambda r, o, c: r.service.accept(o, c, 1),
        lambda r, o, c: r.service.false_alarm(o, c, 1, "no"),
        lambda r, o, c: r.service.close(o, c, 1, verdict=Verdict.TRUE, note=""),
        lambda r, o, c: r.service.note(o, c, "hello"),
        lambda r, o, c: r.service.evidence_path(o, c, EvidenceKind.CLIP),
    ],
)
def test_a_case_outside_the_officers_areas_does_not_exist(
    rig: DeskRig, officer: Officer, deed: Deed
) -> None:
    rig.take(alert_message(camera=YARD))
    county = add_officer(rig.service.officers, "boss", role=Role.COUNTY_SUPERVISOR, area_id=COUNTY)
    code = only_case(rig, county).code
    assert rig.service.queue(officer, EVERYTHING).rows == ()
    assert rig.service.queue(officer, QueueFilter(area_id=OTHER_TOWN)).rows == ()
    with pytest.raises(CaseNotFoundError):
        deed(rig, officer, code)


def test_an_auditor_sees_cases_and_moves_none(rig: DeskRig) -> None:
    auditor = add_officer(rig.service.officers, "auditor", role=Role.AUDITOR)
    rig.take(alert_message())
    code = only_case(rig, auditor).code
    assert rig.service.case(auditor, code).actions == frozenset()
    with pytest.raises(NotAllowedError):
        rig.service.accept(auditor, code, 1)


def test_the_queue_is_paged_newest_first_without_gaps(rig: DeskRig, officer: Officer) -> None:
    raised = [RAISED + timedelta(seconds=n // 3) for n in range(20)]  # some at the same time
    rig.take(*(alert_message(n + 1, alert=n, raised_at=at) for n, at in enumerate(raised)))
    rows: list[CaseRow] = []
    cursor = None
    while True:
        page = rig.service.queue(officer, EVERYTHING, limit=7, cursor=cursor)
        rows += page.rows
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len({row.code for row in rows}) == 20
    assert [row.opened_at for row in rows] == sorted(raised, reverse=True)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (QueueFilter(severities=frozenset({Severity.HIGH})), {"gate-1"}),
        (QueueFilter(statuses=frozenset({CaseStatus.CLOSED})), set()),
        (QueueFilter(area_id=VILLAGE), {"gate-1"}),
        (QueueFilter(camera_id="plaza-east"), {"plaza-east"}),
        (QueueFilter(text="北街"), {"gate-1"}),
        (QueueFilter(text="20261122-0001"), {"gate-1", "plaza-east"}),
        (QueueFilter(text="100%"), set()),
        (QueueFilter(text="\0"), {"gate-1", "plaza-east"}),
    ],
)
def test_the_queue_is_filtered(
    rig: DeskRig, officer: Officer, wanted: QueueFilter, expected: set[str]
) -> None:
    rig.take(alert_message(), alert_message(camera=GATE, severity=Severity.HIGH))
    page = rig.service.queue(officer, wanted)
    assert {row.camera_id for row in page.rows} == expected


@pytest.mark.parametrize("cursor", ["", "nonsense", "MjAyNg==", "5" * 200, "大"])
def test_a_cursor_that_is_none_is_refused(rig: DeskRig, officer: Officer, cursor: str) -> None:
    with pytest.raises(RequestError):
        rig.service.queue(officer, EVERYTHING, cursor=cursor)


def test_a_database_that_cannot_be_opened_is_said_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://desk:{planted('secret-word')}@/none?host={tmp_path}&connect_timeout=2"
    with pytest.raises(StoreError) as caught:
        Store(url).open()
    assert "secret-word" not in str(caught.value)
    assert "***" in str(caught.value)


def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    store = Store(database_url).open()
    with store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'of_the_future'"))
    store.close()
    with pytest.raises(StoreError, match="newer version"):
        Store(database_url).open()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite:////proc/nowhere/desk.db", "database sqlite"),
        ("mysql://root:secret-word@localhost/x", "neither sqlite nor postgresql"),
        ("not a url", "not a database URL"),
    ],
)
def test_a_database_that_cannot_be_is_said_in_one_line(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as caught:
        Store(url).open()
    assert "\n" not in str(caught.value)
    assert "secret-word" not in str(caught.value)
