"""What the framework refuses, in the shape of our own faults; nothing sent is sent back."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match, Route, Router
from starlette.types import Receive, Scope, Send

from alerts.desk.api.faults import Fault, answer_with

API = "/api/"
_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_WORDS: Mapping[int, tuple[str, str, str]] = MappingProxyType(
    {
        400: ("malformed", "请求格式错误", "The request is malformed"),
        404: ("no-such-path", "没有这个地址", "There is no such address"),
        405: ("wrong-method", "此地址不支持这种请求方法", "This address takes other methods"),
        413: ("too-large", "请求内容过大", "The request is too large"),
        422: ("bad-request", "请求内容有误", "The request is not right"),
    }
)
_OTHER = ("refused", "请求被拒绝", "The request was refused")


def add_refusals(app: FastAPI) -> None:
    """Answer in our shape; call it after all routes under `/api/` are there."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.router.routes.append(Route(API + "{path:path}", UnknownPath(app.router, len(app.routes))))


def refusal(status: int, detail: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """The answer for a status that no error of ours stands for."""
    error, zh, en = _WORDS.get(status, _OTHER)
    return answer_with(Fault(error=error, zh=zh, en=en, detail=detail), status, headers=headers)


class UnknownPath:
    """Takes what no route before it took: the pages, mounted at `/`, would answer for it."""

    def __init__(self, router: Router, before: int) -> None:
        self._known = router.routes[:before]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """404, or 405 where another method would be taken."""
        allowed = [method for method in _METHODS if self._takes(scope, method)]
        if allowed:
            answer = refusal(405, "see Allow", headers={"Allow": ", ".join(allowed)})
        else:
            answer = refusal(404, "see /api/openapi.json")
        await answer(scope, receive, send)

    def _takes(self, scope: Scope, method: str) -> bool:
        asked = {**scope, "method": method}
        return any(route.matches(asked)[0] is Match.FULL for route in self._known)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if not request.url.path.startswith(API):
        return await http_exception_handler(request, error)
    return refusal(error.status_code, str(error.detail), headers=error.headers)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    is_malformed = any(fault["type"] == "json_invalid" for fault in faults)
    detail = "; ".join(_said(fault) for fault in faults[:5])
    return refusal(400 if is_malformed else 422, detail)


def _said(fault: Mapping[str, object]) -> str:
    """Where and what, never the value; of an unknown key not even the key."""
    place = fault["loc"]
    assert isinstance(place, tuple)
    known = place[:-1] if fault["type"] == "extra_forbidden" else place
    return f"{'.'.join(str(part) for part in known)}: {fault['msg']}"
