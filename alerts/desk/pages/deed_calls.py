"""Which call of the service each action of the case page is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from alerts.case import FollowUp, Verdict
from alerts.desk.case_hold import MAX_NOTE
from alerts.desk.errors import RequestError
from alerts.desk.recipients import MAX_DEPARTMENT, Recipient
from alerts.desk.service import DeskService
from alerts.desk.time_limits import LONGEST, TimeLimit
from alerts.desk.views import Action, Officer

MOST_ALERTS = 100
LONGEST_MIN = LONGEST.total_seconds() / 60


class Deed(BaseModel):
    """An action as it comes from the browser, which may send anything.

    Attributes:
        version: Of the case as the officer saw it when they began, so that what a colleague did
            meanwhile is not overruled unseen.
        verdict: None where the officer has not chosen one.
        case: The code of another case.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Action
    version: Annotated[int, Field(ge=1)]
    verdict: Verdict | None = None
    note: Annotated[str, Field(max_length=MAX_NOTE)] = ""
    department: Annotated[str, Field(min_length=1, max_length=MAX_DEPARTMENT)] | None = None
    handler_id: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    minutes: Annotated[float, Field(gt=0, le=LONGEST_MIN, allow_inf_nan=False)] | None = None
    due_at: AwareDatetime | None = None
    result: FollowUp | None = None
    case: Annotated[str, Field(max_length=64)] = ""
    alerts: Annotated[frozenset[UUID], Field(max_length=MOST_ALERTS)] = frozenset()

    @classmethod
    def from_browser(cls, sent: object) -> Deed | None:
        """The deed, or None where it is none."""
        try:
            return cls.model_validate(sent)
        except ValidationError:
            return None

    @property
    def to(self) -> Recipient:
        """To whom."""
        return Recipient(department=self.department, handler_id=self.handler_id)

    @property
    def limit(self) -> TimeLimit:
        """Until when."""
        return TimeLimit(minutes=self.minutes, due_at=self.due_at)


Call = Callable[[DeskService, Officer, str, Deed], object]


def _close(service: DeskService, officer: Officer, code: str, deed: Deed) -> object:
    if deed.verdict is None:
        raise RequestError("a case is closed with a verdict")
    return service.close(officer, code, deed.version, verdict=deed.verdict, note=deed.note)


def _follow_up(service: DeskService, officer: Officer, code: str, deed: Deed) -> object:
    if deed.result is None:
        raise RequestError("say whether they are satisfied")
    return service.moves.follow_up(officer, code, deed.version, result=deed.result, note=deed.note)


CALLS: Mapping[Action, Call] = MappingProxyType(
    {
        Action.ACCEPT: lambda s, o, c, d: s.accept(o, c, d.version),
        Action.FALSE_ALARM: lambda s, o, c, d: s.false_alarm(o, c, d.version, d.note),
        Action.CLOSE: _close,
        Action.NOTE: lambda s, o, c, d: s.note(o, c, d.note),
        Action.DISPATCH: lambda s, o, c, d: s.moves.dispatch(
            o, c, d.version, to=d.to, limit=d.limit, note=d.note
        ),
        Action.START: lambda s, o, c, d: s.moves.start(o, c, d.version),
        Action.REPORT: lambda s, o, c, d: s.moves.report(o, c, d.version, d.note),
        Action.SEND_BACK: lambda s, o, c, d: s.moves.send_back(
            o, c, d.version, d.note, limit=d.limit
        ),
        Action.RELEASE: lambda s, o, c, d: s.moves.release(o, c, d.version, d.note),
        Action.REOPEN: lambda s, o, c, d: s.moves.reopen(o, c, d.version, d.note),
        Action.FOLLOW_UP: _follow_up,
        Action.MERGE: lambda s, o, c, d: s.moves.merge(o, c, d.version, into=d.case, note=d.note),
        Action.SPLIT: lambda s, o, c, d: s.moves.split(
            o, c, d.version, alerts=d.alerts, reason=d.note
        ),
        Action.RELATE: lambda s, o, c, d: s.moves.relate(o, c, d.case, note=d.note),
        Action.SUPERVISE: lambda s, o, c, d: s.moves.supervise(o, c, d.version, d.note),
        Action.EXTEND: lambda s, o, c, d: s.moves.extend(
            o, c, d.version, limit=d.limit, reason=d.note
        ),
        Action.HAND_OVER: lambda s, o, c, d: s.moves.hand_over(
            o, c, d.version, to=d.to, note=d.note
        ),
    }
)
"""Every action there is; a test holds it."""
