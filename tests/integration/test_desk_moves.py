"""A case's life after it was accepted, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select, update

from alerts.alert import Phase, Reason, Severity
from alerts.case import CaseStatus, FollowUp, Origin, Verdict
from alerts.desk.by_hand import NewCase
from alerts.desk.errors import RequestError
from alerts.desk.recipients import Recipient
from alerts.desk.tables import AlertRecord, CaseRecord
from alerts.desk.time_limits import TimeLimit
from alerts.desk.views import Action, CaseRow, LinkKind, Officer, QueueFilter, Role
from alerts.errors import (
    AlertError,
    CaseConflictError,
    CaseNotFoundError,
    IllegalTransitionError,
    NotAllowedError,
)
from alerts.schema import CaseMove, EvidenceKind
from tests.desk_factories import (
    COUNTY,
    GATE,
    OTHER_TOWN,
    PLAZA,
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

POLICE = Recipient(department="公安")
MINUTES = timedelta(minutes=1)


@pytest.fixture
def rig(database_url: str, tmp_path: Path) -> Iterator[DeskRig]:
    with DeskRig(desk_site(tmp_path, database=database_url)) as started:
        yield started


@pytest.fixture
def officer(rig: DeskRig) -> Officer:
    return add_officer(rig.service.officers, "li.na")


@pytest.fixture
def boss(rig: DeskRig) -> Officer:
    return add_officer(rig.service.officers, "boss", role=Role.COUNTY_SUPERVISOR, area_id=COUNTY)


def add_handler(rig: DeskRig, name: str, department: str = "公安") -> Officer:
    role = Role.DEPARTMENT_HANDLER
    return add_officer(rig.service.officers, name, role=role, department=department)


def add_worker(rig: DeskRig, name: str = "grid", area_id: str = VILLAGE) -> Officer:
    return add_officer(rig.service.officers, name, role=Role.GRID_WORKER, area_id=area_id)


def opened(rig: DeskRig, alert: int = 1, camera: str = PLAZA, **fields: object) -> str:
    heard: list[str] = []
    stop = rig.service.changes.subscribe(lambda change: heard.append(change.id))
    rig.take(alert_message(alert, alert=alert, camera=camera, **fields))
    stop()
    return heard[0]


def wire(rig: DeskRig, code: str) -> list[CaseMove]:
    while rig.moves.step():
        pass
    return [CaseMove.model_validate_json(each) for each in rig.bus.on(TOPICS.case(code))]


def journal(rig: DeskRig, officer: Officer, code: str) -> list[tuple[str, str | None]]:
    return [(e.kind, e.action) for e in rig.service.case(officer, code).journal]


def test_a_case_goes_all_the_way(rig: DeskRig, officer: Officer) -> None:
    handler, moves = add_handler(rig, "wang"), rig.service.moves
    code = opened(rig)
    row = moves.dispatch(officer, code, 1, to=POLICE, limit=TimeLimit(minutes=90), note="请到现场")
    assert (row.status, row.department, row.handler) == (CaseStatus.DISPATCHED, "公安", None)
    assert (row.assignee, row.due_at) == ("li.na", rig.now + 90 * MINUTES)
    row = moves.start(handler, code, row.version)
    assert row.due_at == rig.now + 90 * MINUTES
    row = moves.report(handler, code, row.version, "已劝离")
    row = moves.send_back(officer, code, row.version, "照片不清")
    assert (row.status, row.due_at) == (CaseStatus.DISPATCHED, rig.now + timedelta(hours=24))
    row = moves.report(handler, code, row.version, "已补照片")
    row = rig.service.close(officer, code, row.version, verdict=Verdict.TRUE, note="属实")
    assert (row.due_at, row.is_overdue) == (None, False)
    moves.follow_up(officer, code, row.version, result=FollowUp.SATISFIED)
    view = rig.service.case(officer, code)
    assert (view.row.status, view.follow_up) == (CaseStatus.FOLLOWED_UP, FollowUp.SATISFIED)
    assert (view.verdict_reason, view.accepted_by) == ("属实", "li.na")
    assert [entry.action for entry in view.journal[1:]] == [
        *("accept", "dispatch", "start", "report", "send-back", "start", "report"),
        *("close", "follow-up"),
    ]
    facts = [dict(entry.facts) for entry in view.journal]
    assert facts[2] == {"department": "公安", "due_at": (rig.now + 90 * MINUTES).isoformat()}
    assert (facts[-2], facts[-1]) == ({"verdict": "true"}, {"result": "satisfied"})


def test_other_platforms_hear_of_it(rig: DeskRig, officer: Officer) -> None:
    code, worker = opened(rig, camera=GATE), add_worker(rig)
    rig.service.moves.dispatch(officer, code, 1, to=Recipient(handler_id=worker.id))
    _, accepted, dispatched = wire(rig, code)
    assert (accepted.action, accepted.due_at) == ("accept", rig.now + 60 * MINUTES)
    assert (dispatched.handler, dispatched.department) == ("grid", None)
    assert dispatched.due_at == rig.now + timedelta(hours=24)


def test_a_worker_handles_what_was_handed_to_them_and_nobody_elses(
    rig: DeskRig, officer: Officer
) -> None:
    one, two = add_worker(rig, "one"), add_worker(rig, "two")
    code, moves = opened(rig, camera=GATE), rig.service.moves
    row = moves.dispatch(officer, code, 1, to=Recipient(handler_id=one.id))
    with pytest.raises(CaseNotFoundError):
        moves.start(two, code, row.version)
    row = moves.hand_over(officer, code, row.version, to=Recipient(handler_id=two.id))
    assert (row.handler, row.handler_id) == ("two", two.id)
    with pytest.raises(CaseNotFoundError):
        moves.start(one, code, row.version)
    assert moves.start(two, code, row.version).status is CaseStatus.HANDLING
    assert Action.REPORT in rig.service.case(two, code).actions


def test_an_accepted_case_is_handed_to_a_colleague(rig: DeskRig, officer: Officer) -> None:
    zhao, worker = add_officer(rig.service.officers, "zhao"), add_worker(rig)
    code = opened(rig)
    version = rig.service.accept(officer, code, 1).version
    colleagues = rig.service.moves.recipients(officer, code).colleagues
    assert [each.display_name for each in colleagues] == ["li.na", "zhao"]
    with pytest.raises(RequestError):
        rig.service.moves.hand_over(officer, code, version, to=Recipient(handler_id=worker.id))
    row = rig.service.moves.hand_over(officer, code, version, to=Recipient(handler_id=zhao.id))
    assert (row.assignee, row.version) == ("zhao", version + 1)
    assert journal(rig, officer, code)[-1] == ("handed-over", "hand-over")


def test_a_village_officer_dispatches_to_grid_workers_only(rig: DeskRig) -> None:
    village = add_officer(
        rig.service.officers, "village", role=Role.VILLAGE_OFFICER, area_id=VILLAGE
    )
    worker, handler = add_worker(rig), add_handler(rig, "wang")
    code = opened(rig, camera=GATE)
    known = rig.service.moves.recipients(village, code)
    assert (known.departments, [each.officer_id for each in known.officers]) == ((), [worker.id])
    with pytest.raises(NotAllowedError):
        rig.service.moves.dispatch(village, code, 1, to=POLICE)
    with pytest.raises(RequestError):
        rig.service.moves.dispatch(village, code, 1, to=Recipient(handler_id=handler.id))
    row = rig.service.moves.dispatch(village, code, 1, to=Recipient(handler_id=worker.id))
    assert row.handler == "grid"


Deed = Callable[[DeskRig, Officer, str], object]


@pytest.mark.parametrize(
    ("deed", "error"),
    [
        (lambda r, o, c: r.service.moves.dispatch(o, c, 1, to=Recipient()), RequestError),
        (
            lambda r, o, c: r.service.moves.dispatch(o, c, 1, to=Recipient(department="气象")),
            RequestError,
        ),
        (
            lambda r, o, c: r.service.moves.dispatch(o, c, 1, to=Recipient(handler_id=999)),
            RequestError,
        ),
        (
            lambda r, o, c: r.service.moves.dispatch(
                o, c, 1, to=POLICE, limit=TimeLimit(minutes=-1)
            ),
            RequestError,
        ),
        (
            lambda r, o, c: r.service.moves.dispatch(
                o, c, 1, to=POLICE, limit=TimeLimit(due_at=RAISED)
            ),
            RequestError,
        ),
        (lambda r, o, c: r.service.moves.dispatch(o, c, 2, to=POLICE), CaseConflictError),
        (lambda r, o, c: r.service.moves.start(o, c, 1), IllegalTransitionError),
        (lambda r, o, c: r.service.moves.report(o, c, 1, " "), RequestError),
        (lambda r, o, c: r.service.moves.release(o, c, 1, "x"), IllegalTransitionError),
        (lambda r, o, c: r.service.moves.reopen(o, c, 1, "x"), IllegalTransitionError),
        (lambda r, o, c: r.service.moves.supervise(o, c, 1, ""), RequestError),
        (
            lambda r, o, c: r.service.moves.extend(o, c, 1, limit=TimeLimit(), reason="x"),
            RequestError,
        ),
        (lambda r, o, c: r.service.moves.merge(o, c, 1, into=c), RequestError),
        (lambda r, o, c: r.service.moves.merge(o, c, 1, into="nowhere"), CaseNotFoundError),
        (lambda r, o, c: r.service.moves.merge(o, c, 1, into="\0"), CaseNotFoundError),
        (lambda r, o, c: r.service.moves.relate(o, c + "\0", c), AlertError),
        (
            lambda r, o, c: r.service.moves.split(o, c, 1, alerts=[UUID(int=1)], reason="x"),
            RequestError,
        ),
        (
            lambda r, o, c: r.service.moves.follow_up(o, c, 1, result=FollowUp.UNSATISFIED),
            RequestError,
        ),
    ],
)
def test_a_wrong_move_changes_nothing(
    rig: DeskRig, officer: Officer, deed: Deed, error: type[AlertError]
) -> None:
    code = opened(rig)
    before = rig.service.case(officer, code)
    with pytest.raises(error):
        deed(rig, officer, code)
    assert rig.service.case(officer, code) == before


def test_of_two_at_once_one_learns_who_was_quicker(rig: DeskRig) -> None:
    officers = [add_officer(rig.service.officers, name) for name in ("one", "two")]
    code, barrier = opened(rig), Barrier(2)

    def act(number: int) -> str:
        barrier.wait(10)
        try:
            if number:
                return rig.service.accept(officers[1], code, 1).assignee or ""
            return rig.service.moves.dispatch(officers[0], code, 1, to=POLICE).assignee or ""
        except CaseConflictError as error:
            return error.zh

    with ThreadPoolExecutor(2) as pool:
        first, second = sorted(pool.map(act, (0, 1)))
    view = rig.service.case(officers[0], code)
    assert first == view.row.assignee
    name = view.row.assignee
    status = {"one": "已交办", "two": "已受理"}[name or ""]
    assert second == f"案件已由 {name} 更新（现为{status}），请查看后再操作"


def test_two_merges_crosswise_end_in_one_main_case(rig: DeskRig, officer: Officer) -> None:
    one, two = opened(rig, 1), opened(rig, 2)
    barrier = Barrier(2)

    def merge(pair: tuple[str, str]) -> str:
        barrier.wait(10)
        try:
            return rig.service.moves.merge(officer, pair[0], 1, into=pair[1]).code
        except AlertError as error:
            return type(error).__name__

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(merge, [(one, two), (two, one)]))
    assert sorted(answers)[1] == "CaseConflictError" or "RequestError" in answers
    views = [rig.service.case(officer, code) for code in (one, two)]
    assert sorted(len(view.merged) for view in views) == [0, 1]


def test_a_released_case_waits_again(rig: DeskRig, officer: Officer) -> None:
    code = opened(rig)
    version = rig.service.accept(officer, code, 1).version
    row = rig.service.moves.release(officer, code, version, "交班")
    assert (row.status, row.assignee) == (CaseStatus.PENDING, None)
    assert row.due_at == rig.now + 30 * MINUTES


def test_an_unsatisfied_follow_up_leads_to_reopening(rig: DeskRig, officer: Officer) -> None:
    code, moves = opened(rig), rig.service.moves
    row = rig.service.false_alarm(officer, code, 1, "树影")
    row = moves.follow_up(officer, code, row.version, result=FollowUp.UNSATISFIED, note="仍在")
    assert Action.REOPEN in rig.service.case(officer, code).actions
    row = moves.reopen(officer, code, row.version, "群众不满意")
    view = rig.service.case(officer, code)
    assert (row.status, row.verdict, view.follow_up) == (CaseStatus.ACCEPTED, None, None)
    assert (view.verdict_reason, row.due_at) == ("", rig.now + 60 * MINUTES)


def test_a_merged_case_is_seen_from_the_main_one(rig: DeskRig, officer: Officer) -> None:
    stored = {"kind": "snapshot", "state": "stored", "sha256": "a" * 64, "bytes": 7}
    main, other, third = opened(rig, 1), opened(rig, 2, evidence=[stored]), opened(rig, 3)
    rig.service.moves.merge(officer, third, 1, into=other)
    row = rig.service.moves.merge(officer, other, 1, into=main, note="同一伙人")
    assert (row.status, row.verdict) == (CaseStatus.CLOSED, Verdict.DUPLICATE)
    view, duplicate = rig.service.case(officer, main), rig.service.case(officer, other)
    assert [each.code for each in view.merged] == [other, third]
    assert view.merged[0].evidence[0].url == f"/api/cases/{other}/evidence/snapshot"
    assert len(view.merged[0].alerts) == 1
    assert (duplicate.merged_into, rig.service.case(officer, third).merged_into) == (main, main)
    assert journal(rig, officer, main)[-1] == ("merged", "merge")
    assert view.journal[-1].facts == {"case": other}
    assert wire(rig, other)[-1].merged_into == main
    links = {(link.kind, link.code) for link in duplicate.links}
    assert links == {(LinkKind.MERGED_INTO, main), (LinkKind.MERGED_FROM, third)}
    moves = rig.service.moves
    with pytest.raises(IllegalTransitionError, match="merged"):
        moves.reopen(officer, other, row.version, "不对")
    with pytest.raises(IllegalTransitionError, match="merged"):
        moves.follow_up(officer, other, row.version, result=FollowUp.SATISFIED)
    with pytest.raises(RequestError):
        rig.service.moves.merge(officer, main, view.row.version, into=other)


def test_an_alert_of_a_merged_case_that_is_back_takes_the_main_one_up(
    rig: DeskRig, officer: Officer
) -> None:
    main, other = opened(rig, 1), opened(rig, 2)
    rig.service.moves.merge(officer, other, 1, into=main)
    version = rig.service.case(officer, main).row.version
    rig.service.false_alarm(officer, main, version, "树影")
    back = alert_message(3, alert=2, phase=Phase.UPDATED, reason=Reason.REOPENED)
    rig.take(back)
    assert rig.service.case(officer, main).row.status is CaseStatus.ACCEPTED
    assert rig.service.case(officer, main).row.due_at == rig.now + 60 * MINUTES
    assert rig.service.case(officer, other).row.status is CaseStatus.CLOSED


def test_a_duplicate_that_was_none_is_taken_out_again(rig: DeskRig, officer: Officer) -> None:
    main, other = opened(rig, 1), opened(rig, 2)
    rig.service.moves.merge(officer, other, 1, into=main)
    view = rig.service.case(officer, main)
    alerts = [each.alert_id for each in view.merged[0].alerts]
    row = rig.service.moves.split(
        officer, main, view.row.version, alerts=alerts, reason="不是同一事件"
    )
    assert (row.code, row.status, row.verdict) == (other, CaseStatus.ACCEPTED, None)
    view, out = rig.service.case(officer, main), rig.service.case(officer, other)
    assert (view.merged, out.merged_into) == ((), None)
    assert [(link.kind, link.code) for link in view.links] == [(LinkKind.SPLIT_INTO, other)]
    assert [(link.kind, link.code) for link in out.links] == [(LinkKind.SPLIT_FROM, main)]


def test_some_alerts_become_a_case_of_their_own(rig: DeskRig, officer: Officer) -> None:
    code, spare = opened(rig, 1), opened(rig, 2)
    alerts = {c: rig.service.case(officer, c).alerts[0].alert_id for c in (code, spare)}
    with rig.store.writing() as session:  # as if a rule had let two alerts join one case
        record = session.scalars(select(CaseRecord).where(CaseRecord.code == code)).one()
        moved = update(AlertRecord).where(AlertRecord.alert_id == alerts[spare])
        session.execute(moved.values(case_id=record.id))
        record.alert_count = 2
    with pytest.raises(RequestError, match="stays"):
        rig.service.moves.split(officer, code, 1, alerts=alerts.values(), reason="x")
    row = rig.service.moves.split(officer, code, 1, alerts=[alerts[code]], reason="另一件事")
    assert (row.code, row.status) == (f"{TOWN}-20261122-0003", CaseStatus.PENDING)
    assert (row.alert_count, row.camera_id, row.due_at) == (1, PLAZA, rig.now + 30 * MINUTES)
    source = rig.service.case(officer, code)
    assert [each.alert_id for each in source.alerts] == [alerts[spare]]
    assert (source.row.alert_count, source.row.version) == (1, 2)
    assert rig.service.case(officer, row.code).journal[0].facts == {"case": code, "alerts": "1"}


def test_related_cases_know_of_each_other(rig: DeskRig, officer: Officer, boss: Officer) -> None:
    here, there, elsewhere = opened(rig, 1), opened(rig, 1, GATE), opened(rig, 1, YARD)
    for _ in range(2):  # once is enough
        rig.service.moves.relate(officer, here, there, note="同一辆车")
    rig.service.moves.relate(boss, there, here)
    rig.service.moves.relate(boss, here, elsewhere)
    assert journal(rig, officer, there) == [
        ("opened", None),
        ("related", "relate"),
    ]
    assert [link.code for link in rig.service.case(officer, here).links] == [there]
    assert [link.code for link in rig.service.case(boss, here).links] == [there, elsewhere]
    with pytest.raises(CaseNotFoundError):
        rig.service.moves.relate(officer, here, elsewhere)


def test_cases_of_the_same_camera_about_the_same_time_are_nearby(
    rig: DeskRig, officer: Officer
) -> None:
    first = opened(rig, 1)
    rig.now += timedelta(hours=1)
    second = opened(rig, 2, raised_at=rig.now, captured_at=rig.now)
    rig.now += timedelta(hours=5)
    opened(rig, 3, raised_at=rig.now, captured_at=rig.now)
    (link,) = rig.service.case(officer, first).links
    assert (link.kind, link.code) == (LinkKind.NEARBY, second)
    history = rig.service.camera_history(officer, PLAZA, limit=2)
    assert [row.code[-4:] for row in history] == ["0003", "0002"]
    assert rig.service.camera_history(officer, YARD) == ()


def by_hand(**fields: object) -> NewCase:
    new = NewCase(
        origin=Origin.TELEPHONE,
        category="security",
        severity=Severity.HIGH,
        area_id=VILLAGE,
        text="有人翻墙",
        place="北街村 3 号",
    )
    return replace(new, **fields)  # type: ignore[arg-type]  # fields by name, in tests only


def test_a_case_without_a_camera_lives_like_any_other(rig: DeskRig, officer: Officer) -> None:
    worker, moves = add_worker(rig), rig.service.moves
    row = moves.open_by_hand(worker, by_hand(origin=Origin.GRID_WORKER))
    assert (row.code, row.status) == (f"{VILLAGE}-20261122-0001", CaseStatus.PENDING)
    assert (row.camera_id, row.camera_name, row.place) == (None, "", "北街村 3 号")
    assert (row.origin, row.due_at) == (Origin.GRID_WORKER, rig.now + 10 * MINUTES)
    (listed,) = rig.service.queue(officer, QueueFilter()).rows
    assert listed == row
    assert rig.service.queue(officer, QueueFilter(text="翻墙")).rows == (row,)
    view = rig.service.case(officer, row.code)
    assert (view.alerts, view.evidence, view.zones, view.links) == ((), (), (), ())
    assert (view.journal[0].actor, view.journal[0].facts) == ("grid", {"origin": "grid-worker"})
    assert wire(rig, row.code)[0].camera is None
    row = moves.dispatch(officer, row.code, 1, to=Recipient(handler_id=worker.id))
    row = moves.report(worker, row.code, row.version, "已处理")
    rig.service.close(officer, row.code, row.version, verdict=Verdict.TRUE, note="")
    with pytest.raises(AlertError):
        rig.service.evidence_path(officer, row.code, EvidenceKind.SNAPSHOT)
    second = moves.open_by_hand(officer, by_hand(camera_id=GATE))
    assert second.camera_name == "北街村口"
    assert rig.service.case(officer, second.code).links == ()


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"area_id": OTHER_TOWN}, NotAllowedError),
        ({"area_id": "nowhere"}, NotAllowedError),
        ({"text": " "}, RequestError),
        ({"category": "\0"}, RequestError),
        ({"place": "x" * 301}, RequestError),
        ({"camera_id": YARD}, RequestError),
        ({"camera_id": "\0"}, RequestError),
        ({"origin": Origin.ALERT}, RequestError),
    ],
)
def test_a_case_that_cannot_be_is_not_opened(
    rig: DeskRig, officer: Officer, fields: dict[str, object], error: type[AlertError]
) -> None:
    with pytest.raises(error):
        rig.service.moves.open_by_hand(officer, by_hand(**fields))
    assert rig.service.queue(officer, QueueFilter()).rows == ()


def late(rig: DeskRig, by: timedelta) -> None:
    rig.now += by
    while rig.overdue.step():
        pass


def levels(row: CaseRow) -> tuple[int, str | None]:
    return row.escalation_level, row.escalated_to


def test_a_late_case_rises_from_town_to_county(rig: DeskRig, officer: Officer) -> None:
    heard: list[str] = []
    code = opened(rig, camera=GATE)
    rig.service.changes.subscribe(lambda change: heard.append(change.id))
    due = rig.now + 30 * MINUTES
    late(rig, 29 * MINUTES)
    row = rig.service.case(officer, code).row
    assert (levels(row), row.due_at, row.is_overdue) == ((0, None), due, False)
    late(rig, 1 * MINUTES)
    row = rig.service.case(officer, code).row
    assert (levels(row), row.is_overdue, row.supervised_since) == ((1, TOWN), True, rig.now)
    late(rig, 29 * MINUTES)
    assert levels(rig.service.case(officer, code).row) == (1, TOWN)
    late(rig, 1 * MINUTES)
    late(rig, timedelta(days=3))
    row = rig.service.case(officer, code).row
    assert (levels(row), row.escalated_to_name, row.version) == ((2, COUNTY), "山丹县", 1)
    assert heard == [code, code]
    assert [kind for kind, _ in journal(rig, officer, code)] == [
        *("opened", "supervised", "escalated"),
    ]
    told = wire(rig, code)
    assert [(move.kind, move.escalation_level) for move in told] == [
        *(("opened", 0), ("supervised", 1), ("escalated", 2)),
    ]
    assert rig.service.accept(officer, code, 1).supervised_since is not None  # until it is over


def test_a_long_outage_does_not_raise_a_case_to_the_top_at_once(
    rig: DeskRig, officer: Officer
) -> None:
    code = opened(rig, camera=GATE)
    late(rig, timedelta(days=2))
    assert levels(rig.service.case(officer, code).row) == (1, TOWN)


def test_an_acceptance_without_action_expires(rig: DeskRig, officer: Officer) -> None:
    code = opened(rig)
    rig.service.accept(officer, code, 1)
    late(rig, 60 * MINUTES)
    view = rig.service.case(officer, code)
    assert (view.row.status, view.row.assignee, view.row.version) == (CaseStatus.PENDING, None, 3)
    assert view.row.due_at == rig.now + 30 * MINUTES
    last = view.journal[-1]
    assert (last.actor, last.action, last.facts) == ("system", "expire", {"handler": "li.na"})
    with pytest.raises(CaseConflictError) as caught:
        rig.service.close(officer, code, 2, verdict=Verdict.TRUE, note="")
    assert caught.value.zh == "案件已由系统更新（现为待受理），请查看后再操作"


def test_a_late_handler_is_supervised_and_an_extension_ends_it_later(
    rig: DeskRig, officer: Officer, boss: Officer
) -> None:
    code, moves = opened(rig), rig.service.moves
    row = moves.dispatch(officer, code, 1, to=POLICE, limit=TimeLimit(minutes=10))
    late(rig, 10 * MINUTES)
    row = rig.service.case(officer, code).row
    assert (levels(row), row.status) == ((1, COUNTY), CaseStatus.DISPATCHED)
    row = moves.extend(boss, code, row.version, limit=TimeLimit(minutes=30), reason="路远")
    assert (row.is_overdue, row.due_at) == (False, rig.now + 30 * MINUTES)
    late(rig, 30 * MINUTES)
    kinds = [kind for kind, _ in journal(rig, officer, code)]
    assert kinds[-3:] == ["supervised", "extended", "supervised"]  # there is nobody further up


def test_the_county_supervises_by_its_own_decision(
    rig: DeskRig, officer: Officer, boss: Officer
) -> None:
    code = opened(rig, camera=GATE)
    row = rig.service.moves.supervise(boss, code, 1, "群众关注")
    assert (levels(row), row.supervised_since) == ((2, COUNTY), rig.now)
    entry = rig.service.case(officer, code).journal[-1]
    assert (entry.kind, entry.note, entry.facts) == ("supervised", "群众关注", {"area": COUNTY})
    with pytest.raises(CaseConflictError):
        rig.service.accept(officer, code, 1)


def test_retention_and_figures_cope_with_a_case_without_camera(
    rig: DeskRig, officer: Officer
) -> None:
    row = rig.service.moves.open_by_hand(officer, by_hand())
    assert rig.service.moves.merge(officer, row.code, 1, into=opened(rig)).camera_id is None
