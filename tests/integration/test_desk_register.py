"""The register of looks on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from alerts.case import Verdict
from alerts.desk.errors import (
    EvidenceMissingError,
    ReasonNeededError,
    RegisterAwayError,
    RequestError,
)
from alerts.desk.register_chain import BrokenChainError, Head
from alerts.desk.register_file import verify_file
from alerts.desk.register_keeper import RegisterKeeper
from alerts.desk.register_views import (
    Looker,
    RegisterAction,
    RegisterFilter,
    RegisterRow,
    Subject,
)
from alerts.desk.views import Officer, QueueFilter, Role
from alerts.errors import CaseNotFoundError, NotAllowedError
from alerts.schema import EvidenceKind
from ingest.config import Owner
from tests.desk_evidence import with_snapshot
from tests.desk_factories import (
    COUNTY,
    GATE,
    OTHER_TOWN,
    PLAZA,
    TOWN,
    YARD,
    add_officer,
    desk_site,
)
from tests.desk_rig import DeskRig

EVERYTHING = RegisterFilter()
UNLOCK = {
    "sqlite": ("DROP TRIGGER register_no_UPDATE", "DROP TRIGGER register_no_DELETE"),
    "postgresql": ("DROP TRIGGER register_append_only ON register",),
}


@pytest.fixture
def rig(database_url: str, tmp_path: Path) -> Iterator[DeskRig]:
    """`yard-1` is a household's camera."""
    site = desk_site(tmp_path, database=database_url)
    cameras = tuple(
        replace(each, owner=Owner.HOUSEHOLD) if each.id == YARD else each for each in site.cameras
    )
    with DeskRig(replace(site, cameras=cameras)) as started:
        yield started


@pytest.fixture
def officer(rig: DeskRig) -> Officer:
    return add_officer(rig.service.officers, "li.na", area_id=COUNTY)


@pytest.fixture
def auditor(rig: DeskRig) -> Looker:
    account = add_officer(rig.service.officers, "audit", role=Role.AUDITOR, area_id=COUNTY)
    return Looker(officer=account, client="10.0.0.9")


def rows(rig: DeskRig, reader: Looker, wanted: RegisterFilter = EVERYTHING) -> list[RegisterRow]:
    """What the reader sees, oldest first, less that they are reading."""
    page = rig.service.register_reader.page(reader.officer, wanted, limit=500, client=reader.client)
    return [each for each in page.rows[::-1] if each.action != RegisterAction.LISTED_REGISTER]


def look(rig: DeskRig, officer: Officer, case_code: str = "c-1", client: str = "10.0.0.1") -> None:
    rig.service.register.looked(
        Looker(officer=officer, client=client),
        RegisterAction.WATCHED_CLIP,
        Subject(area_id=TOWN, case_code=case_code, camera_id=PLAZA),
    )


def unlocked(rig: DeskRig, *statements: str) -> None:
    """What somebody could do who may change the schema."""
    kind = rig.store.engine.dialect.name
    with rig.store.writing() as session:
        for statement in (*UNLOCK[kind], *statements):
            session.execute(text(statement))


def broken_at(rig: DeskRig, must_hold: Head | None = None) -> int:
    with pytest.raises(BrokenChainError) as caught:
        rig.service.register_reader.verify(must_hold=must_hold)
    return caught.value.number


def test_a_look_is_written_with_who_what_and_why(
    rig: DeskRig, officer: Officer, auditor: Looker
) -> None:
    code = with_snapshot(rig, officer, YARD)
    rig.service.evidence_path(officer, code, EvidenceKind.SNAPSHOT, client="10.0.0.1")
    (row,) = rows(rig, auditor)
    assert (row.number, row.at, row.actor, row.role) == (1, rig.now, "li.na", "town-officer")
    assert (row.client, row.action) == ("10.0.0.1", "watched-snapshot")
    assert (row.case_code, row.camera_id, row.area_id) == (code, YARD, OTHER_TOWN)
    assert (row.owner, row.reason) == ("household", code)


def test_the_chain_is_intact_under_eight_writers_at_once(rig: DeskRig, officer: Officer) -> None:
    barrier = Barrier(8)

    def write(thread: int) -> None:
        barrier.wait(10)
        for number in range(10):
            look(rig, officer, f"c-{thread}-{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert rig.service.register_reader.verify().count == 80
    assert rig.service.register.written[RegisterAction.WATCHED_CLIP] == 80


def test_one_look_of_eight_requests_at_once_is_one(rig: DeskRig, officer: Officer) -> None:
    barrier = Barrier(8)

    def ask(_: int) -> None:
        barrier.wait(10)
        look(rig, officer)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    assert rig.service.register_reader.head().count == 1


def test_looking_on_is_one_look_for_ten_minutes(rig: DeskRig, officer: Officer) -> None:
    began, counts = rig.now, []
    for minutes in (0, 5, 9.9, 10, 15):
        rig.now = began + timedelta(minutes=minutes)
        look(rig, officer)
        counts.append(rig.service.register_reader.head().count)
    assert counts == [1, 1, 1, 2, 2]


def test_another_address_case_or_officer_is_another_look(rig: DeskRig, officer: Officer) -> None:
    other = add_officer(rig.service.officers, "wang")
    look(rig, officer)
    look(rig, officer, client="10.0.0.2")
    look(rig, officer, "c-2")
    look(rig, other)
    assert rig.service.register_reader.head().count == 4


@pytest.mark.parametrize(
    "statement",
    ["UPDATE register SET reason = 'no'", "DELETE FROM register"],
)
def test_the_register_refuses_to_be_changed(rig: DeskRig, officer: Officer, statement: str) -> None:
    look(rig, officer)
    with pytest.raises(DBAPIError), rig.store.writing() as session:
        session.execute(text(statement))


def test_no_entry_is_put_over_another(rig: DeskRig, officer: Officer) -> None:
    look(rig, officer)
    columns = "number, at, actor, role, client, action, case_code, camera_id, subject, area_id"
    if rig.store.engine.dialect.name == "postgresql":
        pytest.skip("REPLACE is SQLite's")
    with pytest.raises(DBAPIError), rig.store.writing() as session:
        session.execute(
            text(
                f"REPLACE INTO register ({columns}, owner, reason, previous, hash) SELECT "
                f"{columns}, owner, 'another', previous, hash FROM register"
            )
        )


@pytest.mark.parametrize(
    "field",
    [
        *("actor", "role", "client", "action", "case_code", "camera_id", "subject", "area_id"),
        *("owner", "reason", "previous", "hash"),
    ],
)
def test_tampering_with_any_field_is_found(rig: DeskRig, officer: Officer, field: str) -> None:
    for number in range(4):
        look(rig, officer, f"c-{number}")
    unlocked(rig, f"UPDATE register SET {field} = 'x' WHERE number = 2")
    assert broken_at(rig) == 2


def test_tampering_with_time_or_number_is_found(rig: DeskRig, officer: Officer) -> None:
    for number in range(4):
        look(rig, officer, f"c-{number}")
    unlocked(rig, "UPDATE register SET at = '2026-01-01 00:00:00' WHERE number = 3")
    assert broken_at(rig) == 3
    with rig.store.writing() as session:
        session.execute(text("UPDATE register SET number = 9 WHERE number = 2"))
    assert broken_at(rig) == 2


def test_an_entry_taken_out_is_found(rig: DeskRig, officer: Officer) -> None:
    for number in range(4):
        look(rig, officer, f"c-{number}")
    unlocked(rig, "DELETE FROM register WHERE number = 2")
    assert broken_at(rig) == 2


def test_a_cut_off_end_is_found_against_an_exported_head(
    rig: DeskRig, officer: Officer, auditor: Looker, tmp_path: Path
) -> None:
    for number in range(4):
        look(rig, officer, f"c-{number}")
    file = tmp_path / "register.jsonl"
    file.write_text("".join(rig.service.register_reader.export(auditor.officer)), encoding="utf-8")
    kept = verify_file(file).head
    assert kept == rig.service.register_reader.verify(must_hold=kept)
    unlocked(rig, "DELETE FROM register WHERE number > 3")
    assert rig.service.register_reader.verify().count == 3
    assert broken_at(rig, kept) == 4
    for number in range(8):
        look(rig, officer, f"d-{number}")
    assert broken_at(rig, kept) == kept.count


def test_a_running_desk_notices_a_cut_off_end(
    rig: DeskRig, officer: Officer, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = RegisterKeeper(rig.service.register_reader, on_death=lambda *_: None)
    look(rig, officer)
    look(rig, officer, "c-2")
    caplog.set_level("INFO")
    assert keeper.step()
    assert f"register head {rig.service.register_reader.head()}" in caplog.text
    look(rig, officer, "c-3")
    assert keeper.step()
    assert not keeper.is_broken
    unlocked(rig, "DELETE FROM register WHERE number = 3")
    keeper.step()
    assert keeper.is_broken
    assert "broken at entry 3" in caplog.text


def test_what_cannot_be_registered_is_not_shown(rig: DeskRig, officer: Officer) -> None:
    code = with_snapshot(rig, officer, PLAZA)
    with rig.store.writing() as session:
        session.execute(text("ALTER TABLE register RENAME TO away"))
    with pytest.raises(RegisterAwayError):
        rig.service.evidence_path(officer, code, EvidenceKind.SNAPSHOT)
    with pytest.raises(RegisterAwayError):
        rig.service.queue(officer, QueueFilter(text="广场"))
    assert rig.service.register.failures == 2
    with rig.store.writing() as session:
        session.execute(text("ALTER TABLE away RENAME TO register"))
    assert rig.service.evidence_path(officer, code, EvidenceKind.SNAPSHOT).path.exists()
    assert rig.service.register_reader.head().count == 1


def test_searches_by_words_are_registered_and_filters_alone_are_not(
    rig: DeskRig, officer: Officer, auditor: Looker
) -> None:
    rig.service.queue(officer, QueueFilter(camera_id=PLAZA))
    rig.service.queue(officer, QueueFilter(text="  "))
    asked = QueueFilter(text=" 文化  广场\0", camera_id=PLAZA, area_id=TOWN)
    for _ in range(3):  # a page that refreshes itself
        rig.service.queue(officer, asked, client="10.0.0.1")
    (row,) = rows(rig, auditor)
    assert (row.action, row.subject) == ("searched", f"文化 广场 area_id={TOWN} camera_id={PLAZA}")
    assert (row.area_id, row.client) == (TOWN, "10.0.0.1")


def test_what_is_not_seen_leaves_no_entry(rig: DeskRig, officer: Officer) -> None:
    code = with_snapshot(rig, officer, YARD)
    stranger = add_officer(rig.service.officers, "stranger", area_id=TOWN)
    with pytest.raises(CaseNotFoundError):
        rig.service.evidence_path(stranger, code, EvidenceKind.SNAPSHOT)
    with pytest.raises(EvidenceMissingError):
        rig.service.evidence_path(officer, code, EvidenceKind.CLIP)
    assert rig.service.register_reader.head().count == 0


def closed_case(rig: DeskRig, officer: Officer, camera: str) -> str:
    code = with_snapshot(rig, officer, camera)
    version = rig.service.case(officer, code).row.version
    row = rig.service.accept(officer, code, version)
    rig.service.close(officer, code, row.version, verdict=Verdict.TRUE, note="")
    return code


def test_a_household_cameras_closed_case_needs_a_reason(
    rig: DeskRig, officer: Officer, auditor: Looker
) -> None:
    code = closed_case(rig, officer, YARD)
    show = rig.service.evidence_path
    with pytest.raises(ReasonNeededError):
        show(officer, code, EvidenceKind.SNAPSHOT)
    for bad in ("看看", "x" * 201):
        with pytest.raises(RequestError):
            show(officer, code, EvidenceKind.SNAPSHOT, reason=bad)
    assert rows(rig, auditor) == []
    show(officer, code, EvidenceKind.SNAPSHOT, reason=" 群众来访\0，核对情况 ")
    show(officer, code, EvidenceKind.SNAPSHOT, reason="群众来访，核对情况")
    show(officer, code, EvidenceKind.SNAPSHOT, reason="上级检查，再次核对")
    assert [row.reason for row in rows(rig, auditor)] == [
        "群众来访，核对情况",
        "上级检查，再次核对",
    ]


def test_a_duplicate_of_an_open_case_needs_none(rig: DeskRig, officer: Officer) -> None:
    """It is closed, but the case it was merged into is at work, and its page shows it."""
    main, duplicate = (with_snapshot(rig, officer, YARD) for _ in range(2))
    rig.service.moves.merge(officer, duplicate, 1, into=main)
    (merged,) = rig.service.case(officer, main).merged
    assert merged.evidence[0].url == f"/api/cases/{duplicate}/evidence/snapshot"
    assert rig.service.evidence_path(officer, duplicate, EvidenceKind.SNAPSHOT).path.exists()
    rig.service.false_alarm(officer, main, rig.service.case(officer, main).row.version, "树影")
    with pytest.raises(ReasonNeededError):
        rig.service.evidence_path(officer, duplicate, EvidenceKind.SNAPSHOT)


def test_a_main_case_out_of_sight_is_no_reason(rig: DeskRig, officer: Officer) -> None:
    main, duplicate = with_snapshot(rig, officer, PLAZA), with_snapshot(rig, officer, YARD)
    rig.service.moves.merge(officer, duplicate, 1, into=main)
    neighbour = add_officer(rig.service.officers, "neighbour", area_id=OTHER_TOWN)
    assert rig.service.case(neighbour, duplicate).merged_into is None
    with pytest.raises(ReasonNeededError):
        rig.service.evidence_path(neighbour, duplicate, EvidenceKind.SNAPSHOT)


def test_a_departments_closed_case_needs_none(rig: DeskRig, officer: Officer) -> None:
    code = closed_case(rig, officer, PLAZA)
    assert rig.service.evidence_path(officer, code, EvidenceKind.SNAPSHOT).path.exists()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_only_auditors_read_the_register(rig: DeskRig, auditor: Looker, role: Role) -> None:
    reader = replace(auditor.officer, role=role)
    with pytest.raises(NotAllowedError):
        rig.service.register_reader.page(reader, EVERYTHING)
    with pytest.raises(NotAllowedError):
        rig.service.register_reader.export(reader)
    assert rig.service.register_reader.head().count == 0


def test_readers_see_their_areas_and_that_they_read_is_registered(
    rig: DeskRig, officer: Officer, auditor: Looker
) -> None:
    for camera in (PLAZA, GATE, YARD):
        code = with_snapshot(rig, officer, camera)
        rig.service.evidence_path(officer, code, EvidenceKind.SNAPSHOT)
    town = add_officer(rig.service.officers, "town", role=Role.AUDITOR, area_id=TOWN)
    page = rig.service.register_reader.page(town, EVERYTHING)
    assert [row.camera_id for row in page.rows] == ["", GATE, PLAZA]
    assert page.rows[0].action == RegisterAction.LISTED_REGISTER
    assert [row.camera_id for row in rows(rig, auditor)] == [PLAZA, GATE, YARD]


def test_pages_go_on_where_the_last_one_ended(
    rig: DeskRig, officer: Officer, auditor: Looker
) -> None:
    for number in range(5):
        look(rig, officer, f"c-{number}")
    found, cursor = list[int](), None
    wanted = RegisterFilter(actor="li.na")
    for _ in range(3):
        page = rig.service.register_reader.page(auditor.officer, wanted, limit=2, cursor=cursor)
        found += [row.number for row in page.rows]
        cursor = page.next_cursor
    assert (found, cursor) == ([5, 4, 3, 2, 1], None)
    for bad in ("x", "-1", "9" * 30, "٣"):
        with pytest.raises(RequestError):
            rig.service.register_reader.page(auditor.officer, wanted, cursor=bad)


def test_each_filter_narrows(rig: DeskRig, officer: Officer, auditor: Looker) -> None:
    look(rig, officer)
    began = rig.now
    rig.now += timedelta(hours=1)
    rig.service.register.searched(Looker(officer=auditor.officer), "文化广场")
    for wanted, numbers in (
        (RegisterFilter(actor="li.na"), [1]),
        (RegisterFilter(action=RegisterAction.SEARCHED), [2]),
        (RegisterFilter(camera_id=PLAZA), [1]),
        (RegisterFilter(case_code="c-1"), [1]),
        (RegisterFilter(case_code="c-\0"), []),
        (RegisterFilter(since=began + timedelta(minutes=1)), [2]),
        (RegisterFilter(until=began + timedelta(minutes=1)), [1]),
    ):
        assert [row.number for row in rows(rig, auditor, wanted)] == numbers, wanted


def test_an_export_tells_of_other_areas_the_place_only(
    rig: DeskRig, officer: Officer, tmp_path: Path
) -> None:
    for camera in (YARD, PLAZA, YARD):
        code = with_snapshot(rig, officer, camera)
        rig.service.evidence_path(officer, code, EvidenceKind.SNAPSHOT)
    town = add_officer(rig.service.officers, "town", role=Role.AUDITOR, area_id=TOWN)
    lines = list(rig.service.register_reader.export(town))
    (tmp_path / "file").write_text("".join(lines), encoding="utf-8")
    found = verify_file(tmp_path / "file")
    assert (found.head.count, found.sealed) == (4, 2)
    assert YARD not in "".join(lines)
    assert '"action": "exported-register"' in lines[3]


def test_an_area_that_left_the_site_stays_in_sight_of_the_top(
    rig: DeskRig, officer: Officer, auditor: Looker
) -> None:
    who = Looker(officer=officer)
    rig.service.register.looked(who, RegisterAction.WATCHED_LIVE, Subject(area_id="620799"))
    assert [row.area_id for row in rows(rig, auditor)] == ["620799"]
    town = add_officer(rig.service.officers, "town", role=Role.AUDITOR, area_id=TOWN)
    assert rows(rig, Looker(officer=town)) == []
