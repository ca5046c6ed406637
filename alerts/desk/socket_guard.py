"""The pages' websocket is checked like a page, and closed when its session ends.

NiceGUI's socket opens without passing the checks of HTTP routes: this wraps
the whole app, so nothing reaches the socket without an officer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerts.desk.changes import Change
from alerts.desk.cookie import SESSION_COOKIE
from alerts.desk.open_pages import OpenPages
from alerts.desk.same_origin import is_own_origin
from alerts.desk.service import DeskService

SOCKET_PATH = "/_nicegui_ws"
"""Where NiceGUI mounts socket.io; its HTTP polling comes by the same path."""
LOOK_EVERY_S = 4.0
"""A log-out here closes at once; one by another process, or time, is noticed in this time."""
POLICY_VIOLATION = 1008


class SocketGuard:
    """Refuses sockets without a session or from another site; ends those whose session ends."""

    def __init__(self, app: ASGIApp, service: DeskService, pages: OpenPages) -> None:
        self._app = app
        self._service = service
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse: 403 for both kinds (a websocket is closed before it is accepted)."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(SOCKET_PATH):
            if await self._is_admitted(HTTPConnection(scope)):
                await self._app(scope, receive, send)
            else:
                await PlainTextResponse("not signed in", 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        if not await self._is_admitted(connection):
            await receive()  # the connect message comes first
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        token = connection.cookies[SESSION_COOKIE]
        watched = WatchedSocket(receive, send)
        watch = asyncio.create_task(self._watch(token, watched))
        try:
            with self._pages.one_more():
                await self._app(scope, watched.receive, watched.send)
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
            watched.forget()

    async def _is_admitted(self, connection: HTTPConnection) -> bool:
        token = connection.cookies.get(SESSION_COOKIE)
        return is_own_origin(connection) and await self._is_living(token)

    async def _is_living(self, token: str | None) -> bool:
        return await asyncio.to_thread(self._service.officer_of, token) is not None

    async def _watch(self, token: str, watched: WatchedSocket) -> None:
        signed_out = asyncio.Event()
        unsubscribe = self._service.changes.subscribe(_waker(signed_out))
        try:
            while await self._is_living(token):
                signed_out.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(signed_out.wait(), LOOK_EVERY_S)
            await watched.end()
        finally:
            unsubscribe()


class WatchedSocket:
    """`receive` and `send` of one websocket, with an end from our side."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._ended = asyncio.Event()
        self._next: asyncio.Future[Message] | None = None

    async def receive(self) -> Message:
        """The next message of the browser, or a disconnect once the session has ended."""
        if self._next is None:
            self._next = asyncio.ensure_future(self._receive())
        ended = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait((self._next, ended), return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
        if self._ended.is_set():
            return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
        message, self._next = self._next.result(), None
        return message

    async def send(self, message: Message) -> None:
        """To the browser, unless the session has ended."""
        if not self._ended.is_set():
            await self._send(message)

    async def end(self) -> None:
        """Close towards the browser and towards the app."""
        if not self._ended.is_set():
            self._ended.set()
            with suppress(RuntimeError):  # the browser was faster
                await self._send({"type": "websocket.close", "code": POLICY_VIOLATION})

    def forget(self) -> None:
        """Nobody waits for the browser's next message any more."""
        if self._next is not None:
            self._next.cancel()


def _waker(event: asyncio.Event) -> Callable[[Change], None]:
    loop = asyncio.get_running_loop()

    def wake(change: Change) -> None:
        if change.kind == "session":
            loop.call_soon_threadsafe(event.set)

    return wake
