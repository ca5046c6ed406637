"""What an officer asks the case page to do, and how it went."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from alerts.case import Verdict
from alerts.desk.errors import RequestError, StoreError
from alerts.desk.pages.case_props import conflict_words
from alerts.desk.pages.words import Words
from alerts.desk.service import DeskService
from alerts.desk.views import Action, CaseView, Officer
from alerts.errors import (
    CaseConflictError,
    CaseNotFoundError,
    IllegalTransitionError,
    NotAllowedError,
)

_log = logging.getLogger(__name__)

DATABASE_AWAY = (SQLAlchemyError, StoreError)


class Deed(BaseModel):
    """An action as it comes from the browser, which may send anything.

    Attributes:
        version: Of the case as the officer saw it when they began, so that what a colleague did
            meanwhile is not overruled unseen.
        verdict: None where the officer has not chosen one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Action
    version: Annotated[int, Field(ge=1)]
    verdict: Verdict | None = None
    note: Annotated[str, Field(max_length=2000)] = ""

    @classmethod
    def from_browser(cls, sent: object) -> Deed | None:
        """The deed, or None where it is none."""
        try:
            return cls.model_validate(sent)
        except ValidationError:
            return None


class Outcome(StrEnum):
    """How it went; the page says it in words."""

    DONE = "done"
    CONFLICT = "conflict"  # somebody else was quicker
    REFUSED = "refused"
    MALFORMED = "malformed"
    GONE = "gone"
    AWAY = "away"  # the database is away or busy
    SIGNED_OUT = "sign_in_ended"

    def words(self, case: CaseView, words: Words, deed: Deed | None) -> str:
        """For the officer, from the case as it is now."""
        if self is Outcome.CONFLICT:
            return conflict_words(case, words)
        if self is Outcome.DONE and deed is not None:
            return words(f"done.{deed.action.value}")
        return words(self.value)


REFUSALS: Mapping[type[Exception], Outcome] = MappingProxyType(
    {
        CaseConflictError: Outcome.CONFLICT,
        IllegalTransitionError: Outcome.CONFLICT,
        NotAllowedError: Outcome.REFUSED,
        CaseNotFoundError: Outcome.GONE,
        RequestError: Outcome.MALFORMED,
    }
)


def perform(service: DeskService, officer: Officer, code: str, deed: Deed | None) -> Outcome:
    """Do it, on any thread; what the service refuses becomes an outcome."""
    if deed is None:
        return Outcome.MALFORMED
    try:
        _call(service, officer, code, deed)
    except tuple(REFUSALS) as refusal:
        return next(to for kind, to in REFUSALS.items() if isinstance(refusal, kind))
    except DATABASE_AWAY as error:
        _log.warning("an officer could not act: %s", error, extra={"action": "deed-store-away"})
        return Outcome.AWAY
    return Outcome.DONE


def _call(service: DeskService, officer: Officer, code: str, deed: Deed) -> None:
    if deed.action is Action.ACCEPT:
        service.accept(officer, code, deed.version)
    elif deed.action is Action.FALSE_ALARM:
        service.false_alarm(officer, code, deed.version, deed.note)
    elif deed.action is Action.CLOSE:
        if deed.verdict is None:
            raise RequestError("a case is closed with a verdict")
        service.close(officer, code, deed.version, verdict=deed.verdict, note=deed.note)
    else:
        service.note(officer, code, deed.note)
