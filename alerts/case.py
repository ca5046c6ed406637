"""The states of a case and the table of allowed moves."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from alerts.errors import IllegalTransitionError


class CaseStatus(StrEnum):
    """Where a case stands, in the order of its life."""

    PENDING = "pending"  # 待受理: nobody has taken it
    ACCEPTED = "accepted"  # 已受理: an officer has
    DISPATCHED = "dispatched"  # 已交办: handed to a department or grid worker
    HANDLING = "handling"  # 处置中: they are at it
    REPORTED = "reported"  # 已反馈: they say what was done
    CLOSED = "closed"  # 已办结
    FOLLOWED_UP = "followed-up"  # 已回访


class Verdict(StrEnum):
    """What the officer found it to be."""

    TRUE = "true"
    FALSE = "false"
    DUPLICATE = "duplicate"
    DRILL = "drill"
    TEST = "test"


class Origin(StrEnum):
    """How the desk came to know."""

    ALERT = "alert"  # a rule of a camera
    TELEPHONE = "telephone"  # 电话
    PATROL = "patrol"  # 巡查
    GRID_WORKER = "grid-worker"  # 网格员上报
    VILLAGER = "villager"  # 群众举报
    OTHER = "other"


class FollowUp(StrEnum):
    """What those concerned said when they were asked afterwards."""

    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"


ENDED: frozenset[CaseStatus] = frozenset({CaseStatus.CLOSED, CaseStatus.FOLLOWED_UP})
"""No step runs any more, so there is nothing to be late with."""

MOVES: Mapping[CaseStatus, frozenset[CaseStatus]] = MappingProxyType(
    {
        CaseStatus.PENDING: frozenset({CaseStatus.ACCEPTED}),
        CaseStatus.ACCEPTED: frozenset(
            {CaseStatus.DISPATCHED, CaseStatus.CLOSED, CaseStatus.PENDING}
        ),
        CaseStatus.DISPATCHED: frozenset({CaseStatus.HANDLING}),
        CaseStatus.HANDLING: frozenset({CaseStatus.REPORTED}),
        CaseStatus.REPORTED: frozenset({CaseStatus.CLOSED, CaseStatus.DISPATCHED}),
        CaseStatus.CLOSED: frozenset({CaseStatus.FOLLOWED_UP, CaseStatus.ACCEPTED}),
        CaseStatus.FOLLOWED_UP: frozenset({CaseStatus.ACCEPTED}),
    }
)
"""From each status to those it may move to.

Also from followed-up back to accepted: a follow-up that finds people unsatisfied is the best
reason there is to take a case up again.
"""

NEEDS_REASON: frozenset[tuple[CaseStatus, CaseStatus]] = frozenset(
    {
        (CaseStatus.REPORTED, CaseStatus.DISPATCHED),  # sent back
        (CaseStatus.CLOSED, CaseStatus.ACCEPTED),  # reopened
        (CaseStatus.FOLLOWED_UP, CaseStatus.ACCEPTED),  # reopened, too
    }
)
"""Moves that go backwards say why."""


def check_move(code: str, now: CaseStatus, to: CaseStatus, reason: str = "") -> None:
    """Raise IllegalTransitionError unless case `code` may move from `now` to `to`."""
    if to not in MOVES[now]:
        allowed = ", ".join(sorted(MOVES[now])) or "nothing"
        raise IllegalTransitionError(f"case {code}: {now} cannot become {to}; allowed: {allowed}")
    if (now, to) in NEEDS_REASON and not reason.strip():
        raise IllegalTransitionError(f"case {code}: {now} to {to} needs a reason")
