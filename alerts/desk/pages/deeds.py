"""What an officer asks the case page to do, and how it went."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy.exc import SQLAlchemyError

from alerts.desk.errors import RequestError, StoreError
from alerts.desk.pages.conflict_words import conflict_words
from alerts.desk.pages.deed_calls import CALLS, Deed
from alerts.desk.pages.words import Words
from alerts.desk.service import DeskService
from alerts.desk.views import CaseView, Officer
from alerts.errors import (
    CaseConflictError,
    CaseNotFoundError,
    IllegalTransitionError,
    NotAllowedError,
)

_log = logging.getLogger(__name__)

DATABASE_AWAY = (SQLAlchemyError, StoreError)


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
        if self is Outcome.GONE and deed is not None and deed.case:
            return words("no_such_case")
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
        CALLS[deed.action](service, officer, code, deed)
    except tuple(REFUSALS) as refusal:
        return next(to for kind, to in REFUSALS.items() if isinstance(refusal, kind))
    except DATABASE_AWAY as error:
        _log.warning("an officer could not act: %s", error, extra={"action": "deed-store-away"})
        return Outcome.AWAY
    return Outcome.DONE
