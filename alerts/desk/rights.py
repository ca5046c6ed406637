"""Who may do what: rights by role, and the one place where they are checked.

Every public call of the service layer names its right with `needs`, or says with `open_to_all` why
it asks for none; a test walks them all. Which cases a right reaches is said in `sight`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from types import MappingProxyType
from typing import Any, TypeVar, cast

from alerts.desk.views import Officer, Role, Scope
from alerts.errors import NotAllowedError

Call = TypeVar("Call", bound=Callable[..., Any])

RULE = "__rule__"
"""The attribute of a call that says who may make it: a `Right`, or why everybody."""


class Right(StrEnum):
    """What somebody may do; each call of the service layer needs one."""

    OWN_ACCOUNT = "own-account"  # everybody: who they are, their areas, language and password
    SEE_CASES = "see-cases"  # queue, case, search, related cases
    SEE_FOOTAGE = "see-footage"  # snapshot, clip, attachment, live picture
    SEE_EQUIPMENT = "see-equipment"  # cameras and nodes with their states
    SEE_FIGURES = "see-figures"
    HEAR_EVENTS = "hear-events"  # be told of changes as they happen
    NOTE_CASES = "note-cases"  # write into the journal, attach
    OPEN_CASES = "open-cases"  # by hand
    HANDLE_CASES = (
        "handle-cases"  # accept, judge, close, send back, reopen, merge, split, follow up
    )
    DISPATCH_CASES = "dispatch-cases"  # 分流交办
    WORK_CASES = "work-cases"  # begin and report what was handed to them
    SUPERVISE_CASES = "supervise-cases"  # 督办
    EXPORT_CASES = "export-cases"  # dossiers, lists, footage to take away
    SEE_REGISTER = "see-register"  # who watched, exported or searched what, and why
    MANAGE_OFFICERS = "manage-officers"  # accounts of their areas, and tokens of integrators
    MANAGE_WEBHOOKS = "manage-webhooks"


_ON_DUTY = frozenset(
    {
        Right.OWN_ACCOUNT,
        Right.SEE_CASES,
        Right.SEE_FOOTAGE,
        Right.SEE_EQUIPMENT,
        Right.SEE_FIGURES,
        Right.HEAR_EVENTS,
        Right.NOTE_CASES,
        Right.OPEN_CASES,
        Right.HANDLE_CASES,
        Right.DISPATCH_CASES,
        Right.WORK_CASES,  # for departments that have no account here
        Right.EXPORT_CASES,
    }
)
_IN_THE_FIELD = frozenset(
    {
        Right.OWN_ACCOUNT,
        Right.SEE_CASES,
        Right.SEE_FOOTAGE,
        Right.HEAR_EVENTS,
        Right.NOTE_CASES,
        Right.WORK_CASES,
    }
)

RIGHTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.VILLAGE_OFFICER: _ON_DUTY,
        Role.TOWN_OFFICER: _ON_DUTY | {Right.SUPERVISE_CASES},
        Role.COUNTY_SUPERVISOR: _ON_DUTY
        | {
            Right.SUPERVISE_CASES,
            Right.MANAGE_OFFICERS,
            Right.MANAGE_WEBHOOKS,
        },
        Role.DEPARTMENT_HANDLER: _IN_THE_FIELD,
        Role.GRID_WORKER: _IN_THE_FIELD | {Right.OPEN_CASES},
        # Looks after cameras without seeing what they see.
        Role.MAINTAINER: frozenset(
            {Right.OWN_ACCOUNT, Right.SEE_EQUIPMENT, Right.HEAR_EVENTS, Right.MANAGE_OFFICERS}
        ),
        # Nobody on duty reads the register, or appoints who does.
        Role.AUDITOR: frozenset(
            {
                Right.OWN_ACCOUNT,
                Right.SEE_CASES,
                Right.SEE_FOOTAGE,
                Right.SEE_EQUIPMENT,
                Right.SEE_FIGURES,
                Right.HEAR_EVENTS,
                Right.SEE_REGISTER,
            }
        ),
        Role.INTEGRATOR: frozenset(
            {
                Right.OWN_ACCOUNT,
                Right.SEE_CASES,
                Right.SEE_FOOTAGE,
                Right.SEE_EQUIPMENT,
                Right.SEE_FIGURES,
                Right.HEAR_EVENTS,
                Right.NOTE_CASES,
                Right.OPEN_CASES,
                Right.HANDLE_CASES,
                Right.DISPATCH_CASES,
                Right.WORK_CASES,  # a department's own platform
                Right.MANAGE_WEBHOOKS,
            }
        ),
    }
)

SCOPED: Mapping[Scope, frozenset[Right]] = MappingProxyType(
    {
        Scope.CASES_READ: frozenset({Right.SEE_CASES, Right.SEE_FIGURES}),
        Scope.CASES_WRITE: frozenset(
            {
                Right.NOTE_CASES,
                Right.OPEN_CASES,
                Right.HANDLE_CASES,
                Right.DISPATCH_CASES,
                Right.WORK_CASES,
            }
        ),
        Scope.FOOTAGE_READ: frozenset({Right.SEE_FOOTAGE}),
        Scope.EQUIPMENT_READ: frozenset({Right.SEE_EQUIPMENT}),
        Scope.EVENTS_READ: frozenset({Right.HEAR_EVENTS}),
        Scope.WEBHOOKS_MANAGE: frozenset({Right.MANAGE_WEBHOOKS}),
    }
)
"""What each scope of a token lets through of its account's rights."""


def rights_of(officer: Officer) -> frozenset[Right]:
    """Those of the role, narrowed to the scopes of the token that was shown, if one was."""
    rights = RIGHTS[officer.role]
    if officer.scopes is None:
        return rights
    let_through = frozenset[Right]().union(*(SCOPED[scope] for scope in officer.scopes))
    return rights & (let_through | {Right.OWN_ACCOUNT})


def may(officer: Officer, right: Right) -> bool:
    """Whether the officer has the right."""
    return right in rights_of(officer)


def check(officer: Officer, right: Right) -> None:
    """Raise NotAllowedError unless the officer has the right."""
    if may(officer, right):
        return
    if right in RIGHTS[officer.role]:
        raise NotAllowedError(f"the scopes of this token do not include {right}")
    raise NotAllowedError(f"a {officer.role} may not {right.replace('-', ' ')}")


def needs(right: Right) -> Callable[[Call], Call]:
    """For a method whose first argument is the officer: only those with the right get in."""

    def decorate(call: Call) -> Call:
        @wraps(call)
        def checked(self: object, officer: Officer, *rest: object, **named: object) -> object:
            check(officer, right)
            return call(self, officer, *rest, **named)

        setattr(checked, RULE, right)
        return cast(Call, checked)

    return decorate


def open_to_all(why: str) -> Callable[[Call], Call]:
    """For a call that no right guards; `why` says so to whoever reads the code."""

    def decorate(call: Call) -> Call:
        setattr(call, RULE, why)
        return call

    return decorate
