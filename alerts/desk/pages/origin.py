"""Whether a request comes from our own pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection


def is_own_origin(connection: HTTPConnection) -> bool:
    """Whether `Origin`, where the browser sends one, names the host that was asked."""
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")
