"""No request is read into memory without a bound."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerts.desk.api.refusals import refusal

MAX_BODY = 1_000_000
"""Bytes of any request but an upload, which is streamed and has its own bound."""

UPLOADS = "/api/evidence/"
_TOO_LARGE = f"a request has at most {MAX_BODY} bytes"


class BodyLimit:
    """Refuses larger bodies: at once where they are announced, else in the middle."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 413."""
        if scope["type"] != "http" or scope["path"].startswith(UPLOADS):
            await self._app(scope, receive, send)
            return
        if _announced(scope) > MAX_BODY:
            await refusal(413, _TOO_LARGE)(scope, receive, send)
            return
        await self._app(scope, _counting(receive), send)


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdecimal() else 0


def _counting(receive: Receive) -> Receive:
    count = 0

    async def receive_some() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > MAX_BODY:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return receive_some
