"""Tokens by which other platforms come."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from alerts.desk.account import MAX_WORDS
from alerts.desk.api.caller import CurrentOfficer, Service
from alerts.desk.api.faults import Fault
from alerts.desk.token_views import MAX_DAYS, NewToken, TokenRow
from alerts.desk.views import Scope

router = APIRouter(
    prefix="/api/tokens",
    tags=["tokens"],
    responses={
        401: {"model": Fault, "description": "No session."},
        403: {"model": Fault, "description": "Not this officer's to give."},
        404: {"model": Fault, "description": "No such account or token in the officer's areas."},
    },
)


class TokenWish(BaseModel):
    """A token to be made; without `days` it works until it is revoked."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "account": "county-platform",
                    "name": "县综治平台",
                    "scopes": ["cases:read", "events:read"],
                    "days": 365,
                }
            ]
        },
    )

    account: Annotated[str, Field(max_length=64)]
    name: Annotated[str, Field(min_length=1, max_length=MAX_WORDS)]
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    days: Annotated[int | None, Field(ge=1, le=MAX_DAYS)] = None


class ShownToken(BaseModel):
    """A fresh token: `secret` is shown this once."""

    model_config = ConfigDict(frozen=True)

    token: TokenRow
    secret: str


@router.get("", summary="Tokens")
def tokens(officer: CurrentOfficer, service: Service) -> tuple[TokenRow, ...]:
    """An integrator's own, or those of the integrators one administers."""
    return service.tokens.list(officer)


@router.post("", status_code=201, summary="Make a token")
def add(
    asked: TokenWish, officer: CurrentOfficer, service: Service, response: Response
) -> ShownToken:
    """For an integrator's account; send it as `Authorization: Bearer xlt_…`."""
    made = service.tokens.add(
        officer,
        NewToken(account=asked.account, name=asked.name, scopes=asked.scopes, days=asked.days),
    )
    response.headers["Cache-Control"] = "no-store"
    return ShownToken(token=made.row, secret=made.secret)


@router.delete("/{token_id}", summary="Revoke a token")
def revoke(
    token_id: Annotated[int, Path(ge=1, lt=2**31)], officer: CurrentOfficer, service: Service
) -> TokenRow:
    """It works no more, from now on."""
    return service.tokens.revoke(officer, token_id)
