"""Who calls: an officer by cookie, or a node by its token."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from alerts.desk.api_tokens import PREFIX
from alerts.desk.cookie import SESSION_COOKIE
from alerts.desk.errors import NotSignedInError
from alerts.desk.register_views import Looker
from alerts.desk.service import DeskService
from alerts.desk.views import Officer
from alerts.errors import NotAllowedError

_cookie = APIKeyCookie(
    name=SESSION_COOKIE, auto_error=False, description="Set by `POST /api/session`."
)
_bearer = HTTPBearer(auto_error=False, description="The node token (`desk.node_token_file`).")
_api_token = HTTPBearer(
    auto_error=False,
    scheme_name="ApiToken",
    description="A token of an integrator, `xlt_…`; what it may do is in its scopes.",
)


def the_service(request: Request) -> DeskService:
    """The desk's service layer."""
    service = request.app.state.service
    assert isinstance(service, DeskService)
    return service


Service = Annotated[DeskService, Depends(the_service)]
Token = Annotated[str | None, Security(_cookie)]


WhoNow = Callable[[], Officer | None]
"""Asks who calls, as of now: a session may end, and a token be revoked, while an answer lasts."""


def caller_now(
    service: Service,
    token: Token,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_api_token)],
) -> WhoNow:
    """The officer of the session, or the integrator of the token; None where there is none.

    A token that is shown decides alone: one that was revoked is not mended by a cookie.
    """
    if credentials is not None and credentials.credentials.startswith(PREFIX):
        secret = credentials.credentials
        return lambda: service.officer_of_token(secret)
    return lambda: service.officer_of(token)


CallerNow = Annotated[WhoNow, Depends(caller_now)]


def current_officer(caller: CallerNow) -> Officer:
    """Who calls; NotSignedInError where nobody does that we know."""
    officer = caller()
    if officer is None:
        raise NotSignedInError("sign in first: POST /api/session, or show a token that works")
    return officer


CurrentOfficer = Annotated[Officer, Depends(current_officer)]


def client_of(request: Request) -> str:
    """The address that asks; the proxy's, where the desk stands behind one it does not trust."""
    return request.client.host if request.client else ""


Client = Annotated[str, Depends(client_of)]


def current_looker(officer: CurrentOfficer, client: Client) -> Looker:
    """The officer with their address, for the register."""
    return Looker(officer=officer, client=client)


CurrentLooker = Annotated[Looker, Depends(current_looker)]


def check_node(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> None:
    """Let only nodes pass."""
    expected: str | None = request.app.state.node_token
    if credentials is None or not credentials.credentials:
        raise NotSignedInError("a node names its token: Authorization: Bearer …")
    if expected is None:
        raise NotAllowedError("this desk takes no evidence: desk.node_token_file is not set")
    given = credentials.credentials.encode()
    if not hmac.compare_digest(given, expected.encode()):
        raise NotSignedInError("this is not the node token")
