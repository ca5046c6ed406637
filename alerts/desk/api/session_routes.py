"""Log-in and log-out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from alerts.desk.account import MAX_PASSWORD, MIN_PASSWORD
from alerts.desk.api.caller import CurrentOfficer, Service, Token
from alerts.desk.api.faults import Fault
from alerts.desk.cookie import drop_session_cookie, set_session_cookie
from alerts.desk.views import Language, Officer

router = APIRouter(prefix="/api/session", tags=["session"])


class SignIn(BaseModel):
    """Name and password of an account."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"name": "zhang.wei", "password": "correct horse"}]},
    )

    name: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class LanguageChoice(BaseModel):
    """The language an officer reads."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"language": "en"}]}
    )

    language: Language


class PasswordChange(BaseModel):
    """The password as it is, and as it shall be."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"old": "correct horse", "new": "battery staple"}]},
    )

    old: Annotated[SecretStr, Field(min_length=1, max_length=MAX_PASSWORD)]
    new: Annotated[SecretStr, Field(min_length=MIN_PASSWORD, max_length=MAX_PASSWORD)]


@router.post(
    "",
    status_code=201,
    summary="Sign in",
    responses={
        401: {"model": Fault, "description": "Wrong name or password."},
        429: {"model": Fault, "description": "Too many failures; see `Retry-After`."},
    },
)
def sign_in(asked: SignIn, request: Request, response: Response, service: Service) -> Officer:
    """Start a session; its token comes in an HttpOnly cookie."""
    client = request.client.host if request.client else ""
    session = service.sign_in(asked.name, asked.password, client)
    set_session_cookie(response, session, is_secure=request.url.scheme == "https")
    return session.officer


@router.get("", summary="Who is signed in", responses={401: {"model": Fault}})
def read(officer: CurrentOfficer) -> Officer:
    """The officer of this session."""
    return officer


@router.patch("", summary="Choose the language", responses={401: {"model": Fault}})
def choose(asked: LanguageChoice, officer: CurrentOfficer, service: Service) -> Officer:
    """Keep the language the officer reads."""
    return service.set_language(officer, asked.language)


@router.put(
    "/password",
    status_code=204,
    summary="Change one's own password",
    responses={
        401: {"model": Fault, "description": "No session, or the old password is wrong."},
        403: {"model": Fault, "description": "An integrator has no password."},
        429: {"model": Fault, "description": "Too many failures; see `Retry-After`."},
    },
)
def change_password(
    asked: PasswordChange, request: Request, officer: CurrentOfficer, service: Service, token: Token
) -> None:
    """Every other session of the officer ends."""
    service.people.change_password(
        officer,
        token or "",
        old=asked.old.get_secret_value(),
        new=asked.new.get_secret_value(),
        client=request.client.host if request.client else "",
    )


@router.delete(
    "/everywhere",
    status_code=204,
    summary="Sign out everywhere",
    responses={401: {"model": Fault}},
)
def sign_out_everywhere(response: Response, officer: CurrentOfficer, service: Service) -> None:
    """End all sessions of the officer, this one too."""
    service.people.sign_out_everywhere(officer)
    drop_session_cookie(response)


@router.delete("", status_code=204, summary="Sign out")
def sign_out(response: Response, service: Service, token: Token) -> None:
    """End the session; without one there is nothing to do."""
    if token:
        service.sign_out(token)
    drop_session_cookie(response)
