"""What an officer does to a case from the queue, and what to tell them then."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from alerts.case import Verdict
from alerts.desk.case_hold import MAX_NOTE
from alerts.desk.errors import RequestError
from alerts.desk.pages.deeds import DATABASE_AWAY
from alerts.desk.pages.words import Words
from alerts.desk.recipients import MAX_DEPARTMENT, Recipient, RecipientRow
from alerts.desk.service import DeskService
from alerts.desk.time_limits import LONGEST, TimeLimit
from alerts.desk.views import Action, CaseRow, Officer
from alerts.errors import (
    AlertError,
    CaseConflictError,
    CaseNotFoundError,
    IllegalTransitionError,
    NotAllowedError,
)
from alerts.schema import Text

_log = logging.getLogger(__name__)

Code = Annotated[str, Field(min_length=1, max_length=64)]
Minutes = Annotated[float, Field(gt=0, le=LONGEST.total_seconds() / 60, allow_inf_nan=False)]

REFUSALS: Mapping[type[AlertError], str] = MappingProxyType(
    {
        IllegalTransitionError: "conflict.changed",
        NotAllowedError: "refused",
        CaseNotFoundError: "case_gone",
        RequestError: "malformed",
    }
)


class QueueDeed(BaseModel):
    """An action as it comes from the browser, which may send anything.

    Attributes:
        version: Of the case as the officer saw it, so that of two who take it one does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Action
    code: Code
    version: Annotated[int, Field(ge=1)]
    verdict: Verdict | None = None
    note: Annotated[str, Field(max_length=MAX_NOTE)] = ""
    department: Annotated[str, Field(max_length=MAX_DEPARTMENT)] | None = None
    handler_id: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    minutes: Minutes | None = None

    @classmethod
    def from_browser(cls, sent: object) -> QueueDeed | None:
        """The deed, or None where it is none."""
        try:
            return cls.model_validate(sent)
        except ValidationError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How it went, for the officer."""

    text: str
    is_good: bool = False
    code: str = ""


def do(service: DeskService, officer: Officer, sent: object, words: Words) -> Told:
    """Do it, on any thread; what the service refuses is told."""
    deed = QueueDeed.from_browser(sent)
    if deed is None:
        return Told(text=words("malformed"))
    try:
        row = _call(service, officer, deed)
    except CaseConflictError as conflict:
        known = Text(zh=conflict.zh, en=conflict.en) if conflict.zh else None
        said = words.text(known) if known else words("conflict.changed")
        return Told(text=said, code=deed.code)
    except tuple(REFUSALS) as refusal:
        return Told(text=_refused(refusal, words), code=deed.code)
    except DATABASE_AWAY as error:
        _log.warning("an officer could not act: %s", error, extra={"action": "deed-store-away"})
        return Told(text=words("away"), code=deed.code)
    return Told(text=words(f"done.{deed.action.value}"), is_good=True, code=row.code)


def _call(service: DeskService, officer: Officer, deed: QueueDeed) -> CaseRow:
    if deed.action is Action.ACCEPT:
        return service.accept(officer, deed.code, deed.version)
    if deed.action is Action.FALSE_ALARM:
        return service.false_alarm(officer, deed.code, deed.version, deed.note)
    if deed.action is Action.CLOSE and deed.verdict is not None:
        return service.close(officer, deed.code, deed.version, verdict=deed.verdict, note=deed.note)
    if deed.action is Action.DISPATCH:
        return service.moves.dispatch(
            officer,
            deed.code,
            deed.version,
            to=Recipient(department=deed.department or None, handler_id=deed.handler_id),
            limit=TimeLimit(minutes=deed.minutes),
            note=deed.note,
        )
    raise RequestError("the queue does not do that")


def find_recipients(
    service: DeskService, officer: Officer, code: str, words: Words
) -> dict[str, object] | Told:
    """To whom the case can be dispatched; what is refused is told."""
    try:
        found = service.moves.recipients(officer, code)
    except tuple(REFUSALS) as refusal:
        return Told(text=_refused(refusal, words), code=code)
    except DATABASE_AWAY as error:
        _log.warning("no recipients were found: %s", error, extra={"action": "deed-store-away"})
        return Told(text=words("away"), code=code)
    officers = [
        {"id": each.officer_id, "name": " · ".join(_named(each, words))} for each in found.officers
    ]
    return {"code": code, "departments": list(found.departments), "officers": officers}


def _named(row: RecipientRow, words: Words) -> list[str]:
    role = words.named("role", row.role)
    return [name for name in (row.display_name, role, row.department, row.area_name) if name]


def _refused(refusal: Exception, words: Words) -> str:
    return words(next(key for kind, key in REFUSALS.items() if isinstance(refusal, kind)))
