"""Who may do what at which status, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from alerts.case import MOVES, CaseStatus
from alerts.desk.case_actions import RIGHT_OF, RULES, allowed_actions, check_action, may_open
from alerts.desk.case_moves import CaseMoves
from alerts.desk.rights import RULE
from alerts.desk.service import DeskService
from alerts.desk.tables import CaseRecord
from alerts.desk.views import Action, Officer, Role, Scope
from alerts.errors import IllegalTransitionError, NotAllowedError

DEPARTMENT = "公安"
Table = Mapping[str, str]

AT_A_DESK: Table = {
    "pending": "accept dispatch false-alarm note relate",
    "accepted": "close dispatch false-alarm hand-over note relate release",
    "dispatched": "hand-over note relate report start",
    "handling": "hand-over note relate report",
    "reported": "close false-alarm note relate send-back",
    "closed": "follow-up note relate",
    "followed-up": "note relate",
}
FURTHER_UP: Table = {
    "pending": "extend merge split supervise",
    "accepted": "extend merge split supervise",
    "dispatched": "extend split supervise",
    "handling": "extend split supervise",
    "reported": "extend merge split supervise",
    "closed": "reopen split",
    "followed-up": "reopen split",
}
HANDED: Table = {
    "dispatched": "note report start",
    "handling": "note report",
} | dict.fromkeys(("pending", "accepted", "reported", "closed", "followed-up"), "note")
PLATFORM: Table = {
    "pending": "accept dispatch false-alarm note",
    "accepted": "close dispatch false-alarm note release",
    "dispatched": "note report start",
    "handling": "note report",
    "reported": "close false-alarm note send-back",
    "closed": "follow-up note reopen",
    "followed-up": "note reopen",
}
BOTH: Table = {status: f"{AT_A_DESK[status]} {FURTHER_UP[status]}" for status in AT_A_DESK}
TABLES: Mapping[Role, Table] = {
    Role.VILLAGE_OFFICER: AT_A_DESK,
    Role.TOWN_OFFICER: BOTH,
    Role.COUNTY_SUPERVISOR: BOTH,
    Role.DEPARTMENT_HANDLER: HANDED,
    Role.GRID_WORKER: HANDED,
    Role.MAINTAINER: {},
    Role.AUDITOR: {},
    Role.INTEGRATOR: PLATFORM,
}
CELLS = [(role, status) for role in Role for status in CaseStatus]
FIRST_STEPS = {Action.FALSE_ALARM, Action.DISPATCH, Action.MERGE, Action.REPORT}
"""These take a step of their own first, from pending or from dispatched."""


def officer(role: Role, *, department: str | None = DEPARTMENT) -> Officer:
    return Officer(
        id=7,
        name="x",
        display_name="x",
        role=role,
        area_id="1",
        language="zh",
        department=department,
    )


def case(status: CaseStatus, **fields: object) -> CaseRecord:
    return CaseRecord(code="c-1", status=status.value, **fields)


def handed(status: CaseStatus, role: Role) -> CaseRecord:
    if role is Role.GRID_WORKER:
        return case(status, handler_id=7)
    return case(status, department=DEPARTMENT)


def expected(role: Role, status: CaseStatus) -> set[Action]:
    return {Action(word) for word in TABLES[role].get(status.value, "").split()}


@pytest.mark.parametrize(("role", "status"), CELLS)
def test_each_role_can_do_what_the_table_says(role: Role, status: CaseStatus) -> None:
    assert allowed_actions(officer(role), handed(status, role)) == expected(role, status)


@pytest.mark.parametrize(("role", "status"), CELLS)
def test_what_is_not_allowed_is_refused_and_why(role: Role, status: CaseStatus) -> None:
    anywhere = {Action(word) for words in TABLES[role].values() for word in words.split()}
    for action in Action:
        if action in expected(role, status):
            check_action(officer(role), handed(status, role), action)
            continue
        error = IllegalTransitionError if action in anywhere else NotAllowedError
        with pytest.raises(error):
            check_action(officer(role), handed(status, role), action)


def cases_of_others() -> Iterator[tuple[Role, CaseRecord, str | None]]:
    for status in CaseStatus:
        yield Role.DEPARTMENT_HANDLER, case(status), DEPARTMENT
        yield Role.DEPARTMENT_HANDLER, case(status, department="交通"), DEPARTMENT
        yield Role.DEPARTMENT_HANDLER, case(status), None
        yield Role.GRID_WORKER, case(status, handler_id=8), None
        yield Role.GRID_WORKER, case(status, department=DEPARTMENT), DEPARTMENT


@pytest.mark.parametrize(("role", "record", "department"), [*cases_of_others()])
def test_a_handler_does_nothing_with_what_others_were_handed(
    role: Role, record: CaseRecord, department: str | None
) -> None:
    assert allowed_actions(officer(role, department=department), record) == frozenset()


@pytest.mark.parametrize("role", Role)
def test_a_merged_case_only_takes_notes_and_links(role: Role) -> None:
    record = case(CaseStatus.CLOSED, merged_into=3, handler_id=7)
    assert allowed_actions(officer(role), record) <= {Action.NOTE, Action.RELATE}


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_rule_that_agrees_with_the_moves(action: Action) -> None:
    rule = RULES[action]
    assert rule.before
    for before in rule.before if rule.after else ():
        reached = MOVES[before]
        if action in FIRST_STEPS:
            reached = reached.union(*(MOVES[status] for status in reached))
        assert rule.after in reached, before


def test_who_opens_cases_by_hand() -> None:
    assert {role for role in Role if may_open(officer(role))} == {
        Role.VILLAGE_OFFICER,
        Role.TOWN_OFFICER,
        Role.COUNTY_SUPERVISOR,
        Role.GRID_WORKER,
        Role.INTEGRATOR,
    }


@pytest.mark.parametrize("action", Action)
def test_an_action_is_offered_where_its_call_is_allowed(action: Action) -> None:
    name = action.value.replace("-", "_")
    call = getattr(CaseMoves, name, None) or getattr(DeskService, name)
    assert getattr(call, RULE) is RIGHT_OF[action]


@pytest.mark.parametrize(
    ("scopes", "offered"),
    [
        (frozenset({Scope.CASES_READ}), frozenset()),
        (frozenset({Scope.CASES_READ, Scope.EVENTS_READ, Scope.FOOTAGE_READ}), frozenset()),
        (frozenset(Scope), frozenset(PLATFORM["pending"].split())),
        (frozenset({Scope.CASES_READ, Scope.CASES_WRITE}), frozenset(PLATFORM["pending"].split())),
    ],
)
def test_a_token_is_offered_what_its_scopes_let_it_do(
    scopes: frozenset[Scope], offered: frozenset[str]
) -> None:
    platform = replace(officer(Role.INTEGRATOR), scopes=scopes)
    record = CaseRecord(status=CaseStatus.PENDING.value, code="x")
    assert allowed_actions(platform, record) == offered
