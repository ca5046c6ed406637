"""What somebody asks the page about accounts to do, and how it went."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from alerts.desk.account import MAX_PASSWORD, MAX_WORDS, NewOfficer, OfficerChange
from alerts.desk.errors import OfficerError, OfficerNotFoundError
from alerts.desk.pages.deeds import DATABASE_AWAY
from alerts.desk.people import People
from alerts.desk.views import Officer, Role
from alerts.errors import NotAllowedError

_log = logging.getLogger(__name__)

Words = Annotated[str, Field(max_length=MAX_WORDS)]


class OfficerAction(StrEnum):
    """What can be asked."""

    ADD = "officer-add"
    CHANGE = "officer-change"
    LOCK = "officer-lock"
    UNLOCK = "officer-unlock"
    RESET = "officer-reset"


class OfficerDeed(BaseModel):
    """An action as it comes from the browser, which may send anything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: OfficerAction
    name: Annotated[str, Field(max_length=64)]
    display_name: Words = ""
    role: Role | None = None
    area_id: Annotated[str | None, Field(max_length=32)] = None
    department: Words = ""
    password: Annotated[SecretStr, Field(max_length=MAX_PASSWORD)] = SecretStr("")

    @classmethod
    def from_browser(cls, sent: object) -> OfficerDeed | None:
        """The deed, or None where it is none."""
        try:
            return cls.model_validate(sent)
        except ValidationError:
            return None


REFUSALS: Mapping[type[Exception], str] = MappingProxyType(
    {
        NotAllowedError: "refused",
        OfficerNotFoundError: "officer_gone",
        OfficerError: "officer_wrong",
    }
)
"""To the key of the words; the order matters: not found is a kind of wrong."""
DONE = ""


def perform(people: People, officer: Officer, deed: OfficerDeed | None) -> str:
    """Do it, on any thread; `DONE`, or the key of the words that say why not."""
    if deed is None:
        return "malformed"
    try:
        _call(people, officer, deed)
    except tuple(REFUSALS) as refusal:
        return next(key for kind, key in REFUSALS.items() if isinstance(refusal, kind))
    except DATABASE_AWAY as error:
        _log.warning("an account stays: %s", error, extra={"action": "deed-store-away"})
        return "away"
    return DONE


def _call(people: People, officer: Officer, deed: OfficerDeed) -> None:
    if deed.action is OfficerAction.ADD:
        people.add(officer, _new(deed))
    elif deed.action is OfficerAction.CHANGE:
        change = OfficerChange(
            role=deed.role,
            area_id=deed.area_id,
            department=deed.department,
            display_name=deed.display_name,
        )
        people.change(officer, deed.name, change)
    elif deed.action is OfficerAction.LOCK:
        people.lock(officer, deed.name)
    elif deed.action is OfficerAction.UNLOCK:
        people.unlock(officer, deed.name)
    else:
        people.reset_password(officer, deed.name, deed.password.get_secret_value())


def _new(deed: OfficerDeed) -> NewOfficer:
    if deed.role is None or deed.area_id is None:
        raise OfficerError("an account has a role and an area")
    return NewOfficer(
        name=deed.name,
        password=None if deed.role is Role.INTEGRATOR else deed.password.get_secret_value(),
        role=deed.role,
        area_id=deed.area_id,
        display_name=deed.display_name,
        department=deed.department or None,
    )
