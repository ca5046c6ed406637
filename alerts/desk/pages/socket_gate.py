"""The websocket is checked like a page: NiceGUI itself would accept anybody's."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from alerts.desk.pages.origin import is_own_origin
from alerts.desk.pages.visitor import officer_of
from alerts.desk.service import DeskService

SOCKET_PATH = "/_nicegui_ws/"


class SocketGate:
    """Lets only officers with a living session, coming from our own pages, to the socket."""

    def __init__(self, app: ASGIApp, service: DeskService) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse with 403 (polling) or a close before acceptance (websocket)."""
        if not _is_socket(scope) or await self._is_admitted(HTTPConnection(scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()  # the connect message comes first
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("not signed in", 403)(scope, receive, send)

    async def _is_admitted(self, connection: HTTPConnection) -> bool:
        if not is_own_origin(connection):
            return False
        return await officer_of(self._service, connection) is not None


def _is_socket(scope: Scope) -> bool:
    return scope["type"] in {"http", "websocket"} and scope["path"].startswith(SOCKET_PATH)
