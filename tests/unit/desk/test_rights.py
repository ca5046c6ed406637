"""Who may do what, by role and by the scopes of a token."""

from __future__ import annotations

from dataclasses import replace
from inspect import getmembers, isfunction

import pytest

from alerts.desk.rights import RIGHTS, RULE, SCOPED, Right, check, may, rights_of
from alerts.desk.service import DeskService
from alerts.desk.views import Role, Scope
from alerts.errors import NotAllowedError
from tests.desk_rows import OFFICER


def test_every_role_and_every_scope_is_in_the_tables() -> None:
    assert set(RIGHTS) == set(Role)
    assert set(SCOPED) == set(Scope)
    assert all(Right.OWN_ACCOUNT in rights for rights in RIGHTS.values())


def test_every_right_is_somebodys() -> None:
    assert frozenset[Right]().union(*RIGHTS.values()) == set(Right)


@pytest.mark.parametrize(
    ("role", "right"),
    [
        (Role.MAINTAINER, Right.SEE_CASES),
        (Role.MAINTAINER, Right.SEE_FOOTAGE),
        (Role.AUDITOR, Right.NOTE_CASES),
        (Role.AUDITOR, Right.HANDLE_CASES),
        (Role.COUNTY_SUPERVISOR, Right.SEE_REGISTER),
        (Role.DEPARTMENT_HANDLER, Right.DISPATCH_CASES),
        (Role.GRID_WORKER, Right.HANDLE_CASES),
        (Role.VILLAGE_OFFICER, Right.SUPERVISE_CASES),
        (Role.INTEGRATOR, Right.MANAGE_OFFICERS),
    ],
)
def test_what_a_role_is_not_for_is_refused(role: Role, right: Right) -> None:
    with pytest.raises(NotAllowedError, match=role):
        check(replace(OFFICER, role=role), right)


def test_a_token_lets_through_its_scopes_and_no_more_than_its_account_has() -> None:
    integrator = replace(OFFICER, role=Role.INTEGRATOR, scopes=frozenset({Scope.CASES_READ}))
    assert rights_of(integrator) == {Right.OWN_ACCOUNT, Right.SEE_CASES, Right.SEE_FIGURES}
    with pytest.raises(NotAllowedError, match="scopes of this token"):
        check(integrator, Right.HANDLE_CASES)
    everything = frozenset(Scope)
    maintainer = replace(OFFICER, role=Role.MAINTAINER, scopes=everything)
    assert not may(maintainer, Right.SEE_CASES)


def test_every_call_of_the_service_names_its_right_or_why_it_needs_none() -> None:
    calls = {name: call for name, call in getmembers(DeskService, isfunction) if name[0] != "_"}
    assert calls
    assert [name for name, call in calls.items() if not hasattr(call, RULE)] == []
