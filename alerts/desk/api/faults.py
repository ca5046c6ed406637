"""From our errors to HTTP, in one place."""

from __future__ import annotations

import logging
from typing import NamedTuple

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import SQLAlchemyError

from alerts.desk.errors import (
    EvidenceMissingError,
    LockedOutError,
    NotSignedInError,
    OfficerError,
    RequestError,
    SignInError,
    StoreError,
    UploadError,
)
from alerts.errors import (
    AlertError,
    CaseConflictError,
    CaseNotFoundError,
    IllegalTransitionError,
    NotAllowedError,
)

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 5


class Fault(BaseModel):
    """What every refused request is answered with."""

    model_config = ConfigDict(frozen=True)

    error: str
    zh: str
    detail: str


class _Answer(NamedTuple):
    status: int
    error: str
    zh: str


_ANSWERS: dict[type[Exception], _Answer] = {
    NotSignedInError: _Answer(401, "not-signed-in", "请先登录"),
    LockedOutError: _Answer(429, "locked-out", "登录失败次数过多，请稍后再试"),
    SignInError: _Answer(401, "sign-in-failed", "用户名或密码错误"),
    NotAllowedError: _Answer(403, "not-allowed", "没有权限"),
    CaseNotFoundError: _Answer(404, "case-not-found", "没有这个案件"),
    EvidenceMissingError: _Answer(404, "evidence-missing", "没有这份证据"),
    CaseConflictError: _Answer(409, "case-conflict", "案件已被他人更新，请刷新后再试"),
    IllegalTransitionError: _Answer(409, "illegal-transition", "案件当前状态不允许此操作"),
    UploadError: _Answer(409, "upload-conflict", "上传位置不符"),
    RequestError: _Answer(422, "bad-request", "请求内容有误"),
    OfficerError: _Answer(422, "officer", "账号信息有误"),
    StoreError: _Answer(503, "store-away", "数据库暂时不可用"),
    SQLAlchemyError: _Answer(503, "store-away", "数据库暂时不可用"),
    AlertError: _Answer(500, "internal", "内部错误"),
}

RESPONSES: dict[int | str, dict[str, object]] = {
    status: {"model": Fault, "description": description}
    for status, description in {
        401: "No session.",
        403: "Not this officer's to do.",
        404: "No such case in the officer's areas.",
        409: "Somebody else changed the case, or it may not move there.",
    }.items()
}
"""For the OpenAPI document of the routes about cases."""


def add_faults(app: FastAPI) -> None:
    """Answer all errors of ours, and a database that is away."""
    app.add_exception_handler(AlertError, _answer)
    app.add_exception_handler(SQLAlchemyError, _answer)


async def _answer(_: Request, error: Exception) -> JSONResponse:
    known = next(kind for kind in type(error).__mro__ if kind in _ANSWERS)
    answer = _ANSWERS[known]
    if answer.status >= 500:
        logger.error("%s: %s", answer.error, type(error).__name__, extra={"action": "http-fault"})
    # What the database says may name hosts and values: that is for the log of the operator.
    detail = str(error) if answer.status < 500 else type(error).__name__
    fault = Fault(error=answer.error, zh=answer.zh, detail=detail)
    return JSONResponse(fault.model_dump(), answer.status, headers=_headers(error, answer))


def _headers(error: Exception, answer: _Answer) -> dict[str, str]:
    if isinstance(error, UploadError):
        return {"Upload-Offset": str(error.offset)}
    if isinstance(error, LockedOutError):
        return {"Retry-After": str(error.retry_after_s)}
    if answer.status == 503:
        return {"Retry-After": str(RETRY_AFTER_S)}
    return {"WWW-Authenticate": "Bearer"} if answer.status == 401 else {}
