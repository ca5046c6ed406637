"""Whether a request comes from our own pages, or from no browser at all."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from alerts.desk.api.faults import Fault, answer_with

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})
"""`none`: typed in or opened from a bookmark."""

_FOREIGN = Fault(
    error="foreign-origin",
    zh="请求来自其他网站",
    en="This came from another site",
    detail="Origin or Sec-Fetch-Site",
)


def is_own_origin(connection: HTTPConnection) -> bool:
    """By `Sec-Fetch-Site`, else by `Origin`; a client that sends neither is no browser.

    Behind a proxy the browser's `Origin` names the desk's public host, so the proxy must pass
    `Host` on.
    """
    site = connection.headers.get("sec-fetch-site")
    if site is not None and site not in _OURS:
        return False
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")


class SameOrigin:
    """Refuses what another site makes an officer's browser do (CSRF): log-ins, too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 403."""
        is_deed = scope["type"] == "http" and scope["method"] not in SAFE_METHODS
        if is_deed and not is_own_origin(HTTPConnection(scope)):
            await answer_with(_FOREIGN, 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)
