"""What an officer asks the case page to do, and how it went."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from alerts.case import Verdict
from alerts.desk.errors import RequestError
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


class Deed(BaseModel):
    """An action as it comes from the browser, which may send anything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Action
    verdict: Verdict = Verdict.TRUE
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

    def words(self, case: CaseView, words: Words, deed: Deed | None) -> str:
        """For the officer, from the case as it is now."""
        if self is Outcome.CONFLICT:
            return conflict_words(case, words)
        if self is Outcome.DONE and deed is not None:
            return words(f"done.{deed.action.value}")
        return words(self.value)


def perform(
    service: DeskService, officer: Officer, code: str, version: int, deed: Deed | None
) -> Outcome:
    """Do it, on any thread; what the service refuses becomes an outcome."""
    if deed is None:
        return Outcome.MALFORMED
    try:
        _call(service, officer, code, version, deed)
    except (CaseConflictError, IllegalTransitionError):
        return Outcome.CONFLICT
    except NotAllowedError:
        return Outcome.REFUSED
    except CaseNotFoundError:
        return Outcome.GONE
    except RequestError:
        return Outcome.MALFORMED
    return Outcome.DONE


def _call(service: DeskService, officer: Officer, code: str, version: int, deed: Deed) -> None:
    if deed.action is Action.ACCEPT:
        service.accept(officer, code, version)
    elif deed.action is Action.FALSE_ALARM:
        service.false_alarm(officer, code, version, deed.note)
    elif deed.action is Action.CLOSE:
        service.close(officer, code, version, verdict=deed.verdict, note=deed.note)
    else:
        service.note(officer, code, deed.note)
