"""Accounts, for those who administer them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from alerts.area import AreaId
from alerts.desk.account import MAX_PASSWORD, MAX_WORDS, NewOfficer, OfficerChange
from alerts.desk.api.caller import CurrentOfficer, Service
from alerts.desk.api.faults import Fault
from alerts.desk.views import Language, Officer, Role

router = APIRouter(
    prefix="/api/officers",
    tags=["officers"],
    responses={
        401: {"model": Fault, "description": "No session."},
        403: {"model": Fault, "description": "Not this officer's to administer or to give."},
        404: {"model": Fault, "description": "No such account in the officer's areas."},
    },
)

Password = Annotated[SecretStr, Field(max_length=MAX_PASSWORD)]
Words = Annotated[str, Field(max_length=MAX_WORDS)]


class Account(BaseModel):
    """An account to be made; `password` is left out for an integrator."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "name": "wang.fang",
                    "password": "correct horse",
                    "role": "department-handler",
                    "area_id": "620725101",
                    "display_name": "王芳",
                    "department": "水务",
                }
            ]
        },
    )

    name: Annotated[str, Field(max_length=64)]
    password: Password | None = None
    role: Role
    area_id: AreaId
    display_name: Words = ""
    language: Language = "zh"
    department: Words | None = None


class AccountChange(BaseModel):
    """What is to be another; an empty `department` takes it away."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"role": "town-officer", "area_id": "620725101"}]},
    )

    role: Role | None = None
    area_id: AreaId | None = None
    department: Words | None = None
    display_name: Words | None = None


class NewPassword(BaseModel):
    """Another password for somebody who forgot theirs."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"password": "battery staple"}]},
    )

    password: Password


@router.get("", summary="Accounts")
def officers(officer: CurrentOfficer, service: Service) -> tuple[Officer, ...]:
    """The accounts of the officer's areas, by name; disabled ones too."""
    return service.people.list(officer)


@router.post("", status_code=201, summary="Make an account")
def add(asked: Account, officer: CurrentOfficer, service: Service) -> Officer:
    """Within one's own areas, and with no right that one has not."""
    new = NewOfficer(
        name=asked.name,
        password=None if asked.password is None else asked.password.get_secret_value(),
        role=asked.role,
        area_id=asked.area_id,
        display_name=asked.display_name,
        language=asked.language,
        department=asked.department,
    )
    return service.people.add(officer, new)


@router.patch("/{name}", summary="Change an account")
def change(name: str, asked: AccountChange, officer: CurrentOfficer, service: Service) -> Officer:
    """Where it may see or do something else then, its sessions end."""
    wanted = OfficerChange(
        role=asked.role,
        area_id=asked.area_id,
        department=asked.department,
        display_name=asked.display_name,
    )
    return service.people.change(officer, name, wanted)


@router.post("/{name}/lock", summary="Lock an account")
def lock(name: str, officer: CurrentOfficer, service: Service) -> Officer:
    """Its sessions end and its tokens work no more."""
    return service.people.lock(officer, name)


@router.post("/{name}/unlock", summary="Unlock an account")
def unlock(name: str, officer: CurrentOfficer, service: Service) -> Officer:
    """It may sign in again."""
    return service.people.unlock(officer, name)


@router.put("/{name}/password", summary="Reset a password")
def reset_password(
    name: str, asked: NewPassword, officer: CurrentOfficer, service: Service
) -> Officer:
    """The account's sessions end."""
    return service.people.reset_password(officer, name, asked.password.get_secret_value())
