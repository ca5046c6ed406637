"""No request is read into memory without a bound."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerts.desk.api.refusals import refusal
from alerts.desk.attachments import MAX_BYTES

MAX_BODY = 1_000_000
"""Bytes of any request but an upload, which is streamed and has its own bound."""

UPLOADS = "/api/evidence/"
ATTACHMENTS = re.compile(r"/api/cases/[^/]+/attachments")
MAX_ATTACHMENT = MAX_BYTES + 65_536
"""An attachment with what multipart puts around it."""


class BodyLimit:
    """Refuses larger bodies: at once where they are announced, else in the middle."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 413."""
        if scope["type"] != "http" or scope["path"].startswith(UPLOADS):
            await self._app(scope, receive, send)
            return
        most = MAX_ATTACHMENT if ATTACHMENTS.fullmatch(scope["path"]) else MAX_BODY
        if _announced(scope) > most:
            await refusal(413, _too_large(most))(scope, receive, send)
            return
        await self._app(scope, _counting(receive, most), send)


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdecimal() else 0


def _too_large(most: int) -> str:
    return f"a request has at most {most} bytes"


def _counting(receive: Receive, most: int) -> Receive:
    count = 0

    async def receive_some() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > most:
            raise HTTPException(413, _too_large(most))
        return message

    return receive_some
