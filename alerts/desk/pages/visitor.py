"""Who looks at a page: checked when it opens, at every action, and before every update."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import HTTPException, Request, status
from starlette.requests import HTTPConnection

from alerts.desk.cookie import SESSION_COOKIE
from alerts.desk.service import DeskService
from alerts.desk.views import Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """The session of a page, and the officer it belonged to when the page opened.

    NiceGUI's websocket does not carry the session of HTTP, so a page keeps its own token and
    asks `still_on_duty` before it does or shows anything. `client` is the address it was opened
    from, for the register.
    """

    service: DeskService
    token: str
    officer: Officer
    client: str = ""

    async def still_on_duty(self) -> Officer | None:
        """The officer as of now; None once the session has ended."""
        return await asyncio.to_thread(self.service.officer_of, self.token)


async def officer_of(service: DeskService, connection: HTTPConnection) -> Officer | None:
    """Whose session the connection's cookie names."""
    return await asyncio.to_thread(service.officer_of, connection.cookies.get(SESSION_COOKIE))


async def admit(service: DeskService, request: Request) -> Visitor:
    """The visitor of a page, or a redirect to the log-in that leads back here."""
    officer = await officer_of(service, request)
    if officer is None:
        back = quote(f"{request.url.path}?{request.url.query}".rstrip("?"), safe="/")
        raise HTTPException(status.HTTP_303_SEE_OTHER, headers={"Location": f"/login?next={back}"})
    return Visitor(
        service=service,
        token=request.cookies[SESSION_COOKIE],
        officer=officer,
        client=request.client.host if request.client else "",
    )
