"""Who may do what with a case, from where to where, and what has to be said with it.

One table, beside the table of moves (`alerts.case.MOVES`); pages, REST and the service go by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from alerts.case import ENDED, CaseStatus
from alerts.desk.rights import Right, may
from alerts.desk.tables import CaseRecord
from alerts.desk.views import Action, Officer, Role
from alerts.errors import IllegalTransitionError, NotAllowedError

P, A, D, H, R, C, F = CaseStatus
"""In the order of a case's life: pending, accepted, dispatched, handling, reported, closed …"""

OPEN = frozenset(CaseStatus) - ENDED
VILLAGE, TOWN, COUNTY = Role.VILLAGE_OFFICER, Role.TOWN_OFFICER, Role.COUNTY_SUPERVISOR
DESK = frozenset({VILLAGE, TOWN, COUNTY})
"""Who sits at a desk, for their own area and those below."""
UPPER = frozenset({TOWN, COUNTY})
HANDLERS = frozenset({Role.DEPARTMENT_HANDLER, Role.GRID_WORKER})
"""Who acts on what was handed to them, and on nothing else."""
PLATFORM = frozenset({Role.INTEGRATOR})
"""Other platforms that send cases on, act for departments of theirs, or call back (12345)."""


class Needs(StrEnum):
    """What has to be said with an action; `form`s on pages ask for it."""

    REASON = "reason"
    NOTE = "note"  # the text of a note, or of the feedback
    VERDICT = "verdict"  # and the reason where it is false
    RECIPIENT = "recipient"  # a department, an officer, or both
    LIMIT = "limit"  # a new end; without it elsewhere the one of the severity holds
    RESULT = "result"  # satisfied or not, then with a note
    CASE = "case"  # another case
    ALERTS = "alerts"  # some of those of the case


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One action.

    Attributes:
        before: The statuses it is taken at.
        after: The status it leads to; None where the case stays where it is.
        roles: Who may; `HANDLERS` only on what was handed to them.
        needs: What has to be said; None of it may be empty.
        is_for_merged: Whether it is taken on a duplicate that was merged into another case.
    """

    before: frozenset[CaseStatus]
    after: CaseStatus | None
    roles: frozenset[Role]
    needs: frozenset[Needs] = frozenset()
    is_for_merged: bool = False


def _rule(
    before: set[CaseStatus] | frozenset[CaseStatus],
    after: CaseStatus | None,
    roles: frozenset[Role],
    *needs: Needs,
    is_for_merged: bool = False,
) -> Rule:
    return Rule(
        before=frozenset(before),
        after=after,
        roles=roles,
        needs=frozenset(needs),
        is_for_merged=is_for_merged,
    )


RULES: Mapping[Action, Rule] = MappingProxyType(
    {
        Action.ACCEPT: _rule({P}, A, DESK | PLATFORM),
        # Taken from pending, false alarm, dispatch and merge accept first: two moves, one click.
        Action.FALSE_ALARM: _rule({P, A, R}, C, DESK | PLATFORM, Needs.REASON),
        Action.CLOSE: _rule({A, R}, C, DESK | PLATFORM, Needs.VERDICT),
        Action.NOTE: _rule(
            frozenset(CaseStatus), None, DESK | HANDLERS | PLATFORM, Needs.NOTE, is_for_merged=True
        ),
        Action.DISPATCH: _rule({P, A}, D, DESK | PLATFORM, Needs.RECIPIENT),
        # A department without an account here reports by telephone: then the desk writes it down.
        Action.START: _rule({D}, H, DESK | HANDLERS | PLATFORM),
        Action.REPORT: _rule({D, H}, R, DESK | HANDLERS | PLATFORM, Needs.NOTE),
        Action.SEND_BACK: _rule({R}, D, DESK | PLATFORM, Needs.REASON),
        Action.RELEASE: _rule({A}, P, DESK | PLATFORM, Needs.REASON),
        Action.REOPEN: _rule({C, F}, A, UPPER | PLATFORM, Needs.REASON),
        Action.FOLLOW_UP: _rule({C}, F, DESK | PLATFORM, Needs.RESULT),
        Action.MERGE: _rule({P, A, R}, C, UPPER, Needs.CASE),
        Action.SPLIT: _rule(frozenset(CaseStatus), None, UPPER, Needs.ALERTS, Needs.REASON),
        Action.RELATE: _rule(frozenset(CaseStatus), None, DESK, Needs.CASE, is_for_merged=True),
        Action.SUPERVISE: _rule(OPEN, None, UPPER, Needs.REASON),
        Action.EXTEND: _rule(OPEN, None, UPPER, Needs.LIMIT, Needs.REASON),
        Action.HAND_OVER: _rule({A, D, H}, None, DESK, Needs.RECIPIENT),
    }
)
"""Maintainer and auditor stand nowhere in it: they look."""

RIGHT_OF: Mapping[Action, Right] = MappingProxyType(
    {
        **dict.fromkeys(Action, Right.HANDLE_CASES),
        Action.NOTE: Right.NOTE_CASES,
        Action.DISPATCH: Right.DISPATCH_CASES,
        Action.HAND_OVER: Right.DISPATCH_CASES,
        Action.START: Right.WORK_CASES,
        Action.REPORT: Right.WORK_CASES,
        Action.SUPERVISE: Right.SUPERVISE_CASES,
        Action.EXTEND: Right.SUPERVISE_CASES,
    }
)
"""The right that the call of each asks for; the scopes of a token may lack it."""

OPENERS = DESK | {Role.GRID_WORKER} | PLATFORM
"""Who may open a case by hand, in their own area and below."""


def allowed_actions(officer: Officer, record: CaseRecord) -> frozenset[Action]:
    """What the officer, who sees the case, can do with it now."""
    status = CaseStatus(record.status)
    return frozenset(
        action
        for action, rule in RULES.items()
        if status in rule.before and _fits(record, rule)
        if _may(officer, record, rule) and may(officer, RIGHT_OF[action])
    )


def check_role(officer: Officer, record: CaseRecord, action: Action) -> None:
    """Raise NotAllowedError where the action is never this officer's on this case."""
    if not _may(officer, record, RULES[action]):
        raise NotAllowedError(f"a {officer.role} does not {action} case {record.code}")


def check_action(officer: Officer, record: CaseRecord, action: Action) -> None:
    """Raise NotAllowedError or IllegalTransitionError unless it is among the allowed ones."""
    check_role(officer, record, action)
    rule = RULES[action]
    if record.status not in rule.before or not _fits(record, rule):
        merged = "" if record.merged_into is None else ", merged into another case"
        raise IllegalTransitionError(
            f"case {record.code} is {record.status}{merged}: no {action} from there; "
            f"allowed: {', '.join(sorted(allowed_actions(officer, record))) or 'nothing'}"
        )


def is_handed_to(officer: Officer, record: CaseRecord) -> bool:
    """Whether the case was handed to this officer or to their department."""
    if record.handler_id is not None and record.handler_id == officer.id:
        return True
    is_theirs = officer.department is not None and record.department == officer.department
    return officer.role is Role.DEPARTMENT_HANDLER and is_theirs


def may_open(officer: Officer) -> bool:
    """Whether the officer may open a case by hand."""
    return officer.role in OPENERS


def _may(officer: Officer, record: CaseRecord, rule: Rule) -> bool:
    if officer.role not in rule.roles:
        return False
    return officer.role not in HANDLERS or is_handed_to(officer, record)


def _fits(record: CaseRecord, rule: Rule) -> bool:
    return record.merged_into is None or rule.is_for_merged
