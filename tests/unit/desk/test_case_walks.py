"""Whatever officers do in whatever order, the journal tells how the case came to stand there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.case import ENDED, MOVES, CaseStatus, FollowUp, Verdict
from alerts.desk.case_actions import OPEN
from alerts.desk.recipients import Recipient
from alerts.desk.time_limits import TimeLimit
from alerts.desk.views import Action, CaseRow, CaseView, Officer, Role
from alerts.errors import CaseNotFoundError, IllegalTransitionError, NotAllowedError
from alerts.schema import AlertMessage
from tests.desk_factories import COUNTY, GATE, VILLAGE, add_officer, alert_message, desk_site
from tests.desk_rig import DeskRig
from tests.fuzz import FUZZ

Deed = Callable[["Walk", Officer, CaseRow], object]
SILENT = {"note", "related", "merged"}


class Walk:
    """One desk; each example has a case of its own."""

    def __init__(self, rig: DeskRig) -> None:
        self.rig = rig
        self.numbers = count(1)
        officers = rig.service.officers
        self.worker = add_officer(officers, "grid", role=Role.GRID_WORKER, area_id=VILLAGE)
        self.officers = {
            Role.GRID_WORKER: self.worker,
            Role.TOWN_OFFICER: add_officer(officers, "li.na"),
            Role.VILLAGE_OFFICER: add_officer(
                officers, "village", role=Role.VILLAGE_OFFICER, area_id=VILLAGE
            ),
            Role.COUNTY_SUPERVISOR: add_officer(
                officers, "boss", role=Role.COUNTY_SUPERVISOR, area_id=COUNTY
            ),
            Role.AUDITOR: add_officer(officers, "audit", role=Role.AUDITOR),
        }

    def open(self) -> str:
        heard: list[str] = []
        stop = self.rig.service.changes.subscribe(lambda change: heard.append(change.id))
        self.rig.take(self._message())
        stop()
        return heard[0]

    def _message(self) -> AlertMessage:
        number = next(self.numbers)
        return alert_message(number, alert=number, camera=GATE)

    def actions(self, officer: Officer, code: str) -> frozenset[Action]:
        """None of a case that the officer does not see."""
        try:
            return self.rig.service.case(officer, code).actions
        except CaseNotFoundError:
            return frozenset()

    def view(self, code: str) -> CaseView:
        return self.rig.service.case(self.officers[Role.COUNTY_SUPERVISOR], code)


DEEDS: Mapping[Action, Deed] = {
    Action.ACCEPT: lambda w, o, r: w.rig.service.accept(o, r.code, r.version),
    Action.FALSE_ALARM: lambda w, o, r: w.rig.service.false_alarm(o, r.code, r.version, "树影"),
    Action.CLOSE: lambda w, o, r: w.rig.service.close(
        o, r.code, r.version, verdict=Verdict.TRUE, note=""
    ),
    Action.NOTE: lambda w, o, r: w.rig.service.note(o, r.code, "在路上"),
    Action.DISPATCH: lambda w, o, r: w.rig.service.moves.dispatch(
        o, r.code, r.version, to=Recipient(handler_id=w.worker.id)
    ),
    Action.START: lambda w, o, r: w.rig.service.moves.start(o, r.code, r.version),
    Action.REPORT: lambda w, o, r: w.rig.service.moves.report(o, r.code, r.version, "已处理"),
    Action.SEND_BACK: lambda w, o, r: w.rig.service.moves.send_back(o, r.code, r.version, "不清"),
    Action.RELEASE: lambda w, o, r: w.rig.service.moves.release(o, r.code, r.version, "交班"),
    Action.REOPEN: lambda w, o, r: w.rig.service.moves.reopen(o, r.code, r.version, "不满意"),
    Action.FOLLOW_UP: lambda w, o, r: w.rig.service.moves.follow_up(
        o, r.code, r.version, result=FollowUp.SATISFIED
    ),
    Action.MERGE: lambda w, o, r: w.rig.service.moves.merge(o, r.code, r.version, into=w.open()),
    Action.RELATE: lambda w, o, r: w.rig.service.moves.relate(o, r.code, w.open()),
    Action.SUPERVISE: lambda w, o, r: w.rig.service.moves.supervise(o, r.code, r.version, "关注"),
    Action.EXTEND: lambda w, o, r: w.rig.service.moves.extend(
        o, r.code, r.version, limit=TimeLimit(minutes=30), reason="路远"
    ),
}
"""All but split and hand-over, which need more than any case has."""


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    folder: Path = tmp_path_factory.mktemp("desk")
    with DeskRig(desk_site(folder)) as rig:
        yield Walk(rig)


def check_journal(view: CaseView) -> None:
    """The journal replays to where the case stands, by allowed moves alone."""
    first, *rest = view.journal
    status, version = first.to_status, 1
    for entry in rest:
        version += (entry.kind not in SILENT and entry.actor != "system") or entry.kind == "moved"
        if entry.kind == "moved":
            assert entry.from_status is status
            assert status is not None
            assert entry.to_status in MOVES[status]
            status = entry.to_status
    assert (view.row.status, view.row.version) == (status, version)


def check_fields(view: CaseView) -> None:
    """What must hold wherever a case stands."""
    row = view.row
    assert (row.due_at is not None) == (row.status in OPEN)
    assert (row.verdict is not None) == (row.status in ENDED)
    assert (row.assignee is not None) == (row.status is not CaseStatus.PENDING)
    assert (view.merged_into is not None) == (row.verdict is Verdict.DUPLICATE)


@settings(FUZZ, max_examples=25)  # each is some dozens of transactions
@given(steps=st.lists(st.tuples(st.sampled_from([*DEEDS]), st.sampled_from([*Role])), max_size=12))
def test_the_journal_of_any_walk_replays_to_the_status(
    walk: Walk, steps: list[tuple[Action, Role]]
) -> None:
    code = walk.open()
    for action, role in steps:
        officer = walk.officers.get(role, walk.officers[Role.TOWN_OFFICER])
        may = action in walk.actions(officer, code)
        try:
            DEEDS[action](walk, officer, walk.view(code).row)
        except (CaseNotFoundError, IllegalTransitionError, NotAllowedError):
            assert not may
        else:
            assert may
        check_journal(walk.view(code))
        check_fields(walk.view(code))
