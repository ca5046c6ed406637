"""The one shape of a refusal, and from our errors to it; `refusals` does the rest."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import NamedTuple

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import DataError, SQLAlchemyError

from alerts.desk.errors import (
    AttachmentCountError,
    AttachmentSizeError,
    AttachmentTypeError,
    EvidenceMissingError,
    EvidenceStoreError,
    LockedOutError,
    NotSignedInError,
    OfficerError,
    OfficerNotFoundError,
    OpenedAlreadyError,
    ReasonNeededError,
    RegisterAwayError,
    RequestError,
    SignInError,
    StoreError,
    TooManyStreamsError,
    UploadError,
)
from alerts.desk.repeats import Repeats
from alerts.desk.webhook_errors import WebhookNotFoundError
from alerts.errors import (
    AlertError,
    CaseConflictError,
    CaseNotFoundError,
    IllegalTransitionError,
    NotAllowedError,
)

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 5
MAX_DETAIL = 1000


class Fault(BaseModel):
    """What every refused request under `/api/` is answered with.

    `error` is for programs, `zh` and `en` are for people, `detail` is for whoever writes programs.
    """

    model_config = ConfigDict(frozen=True)

    error: str
    zh: str
    en: str
    detail: str


class _Answer(NamedTuple):
    status: int
    error: str
    zh: str
    en: str


_ANSWERS: dict[type[Exception], _Answer] = {
    NotSignedInError: _Answer(401, "not-signed-in", "请先登录", "Please sign in first"),
    LockedOutError: _Answer(
        429, "locked-out", "登录失败次数过多，请稍后再试", "Too many failed sign-ins; try later"
    ),
    SignInError: _Answer(401, "sign-in-failed", "用户名或密码错误", "Wrong name or password"),
    NotAllowedError: _Answer(403, "not-allowed", "没有权限", "Not allowed"),
    ReasonNeededError: _Answer(
        403,
        "reason-needed",
        "案件已办结，查看住户摄像机的影像须说明理由",
        "The case is over: say why you look at footage of a household's camera",
    ),
    RegisterAwayError: _Answer(
        503,
        "register-away",
        "查看须先登记，目前无法登记，内容未提供",
        "Looks are registered first; that cannot be done now, so nothing is shown",
    ),
    CaseNotFoundError: _Answer(404, "case-not-found", "没有这个案件", "There is no such case"),
    EvidenceMissingError: _Answer(
        404, "evidence-missing", "没有这份证据", "There is no such evidence"
    ),
    WebhookNotFoundError: _Answer(
        404, "webhook-not-found", "没有这个推送", "There is no such webhook"
    ),
    CaseConflictError: _Answer(
        409,
        "case-conflict",
        "案件已被他人更新，请刷新后再试",
        "Somebody else changed the case; look again",
    ),
    IllegalTransitionError: _Answer(
        409,
        "illegal-transition",
        "案件当前状态不允许此操作",
        "The case cannot go there from where it stands",
    ),
    EvidenceStoreError: _Answer(
        507,
        "evidence-store",
        "证据存储暂时不可用",
        "The evidence cannot be kept or read for the moment",
    ),
    AttachmentSizeError: _Answer(
        413, "attachment-size", "附件超过 20 MB", "The attachment is larger than 20 MB"
    ),
    AttachmentTypeError: _Answer(
        415,
        "attachment-type",
        "只能上传 JPEG、PNG、PDF、MP4 文件，且文件须完好",
        "JPEG, PNG, PDF and MP4 only, and whole",
    ),
    AttachmentCountError: _Answer(
        409, "attachment-count", "一个案件最多 20 个附件", "A case has at most 20 attachments"
    ),
    TooManyStreamsError: _Answer(
        429, "too-many-streams", "打开的连接过多", "Too many streams are open"
    ),
    UploadError: _Answer(409, "upload-conflict", "上传位置不符", "The upload does not go on here"),
    OpenedAlreadyError: _Answer(
        409,
        "opened-already",
        "此前已用同一标识立案，内容不同",
        "A case was opened under this key, with other words",
    ),
    RequestError: _Answer(422, "bad-request", "请求内容有误", "The request is not right"),
    OfficerNotFoundError: _Answer(
        404, "officer-not-found", "没有这个账号或令牌", "There is no such account or token"
    ),
    OfficerError: _Answer(422, "officer", "账号信息有误", "The account cannot be so"),
    StoreError: _Answer(
        503, "store-away", "数据库暂时不可用", "The database is away for the moment"
    ),
    DataError: _Answer(422, "bad-request", "请求内容有误", "The request is not right"),
    SQLAlchemyError: _Answer(
        503, "store-away", "数据库暂时不可用", "The database is away for the moment"
    ),
    AlertError: _Answer(500, "internal", "内部错误", "Internal error"),
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

COMMON: dict[int | str, dict[str, object]] = {
    status: {"model": Fault, "description": description}
    for status, description in {
        400: "The body is not JSON.",
        413: "The body is too large.",
        422: "The request is well-formed and not right.",
        503: "The database is away; see `Retry-After`.",
    }.items()
}
"""For the OpenAPI document of every route under `/api/`."""


def add_faults(app: FastAPI) -> None:
    """Answer all errors of ours, and a database that is away."""
    repeats = Repeats(logger)  # a database that is away is one fault, not one a request

    async def answer(_: Request, error: Exception) -> JSONResponse:
        return _answer(error, repeats)

    app.add_exception_handler(AlertError, answer)
    app.add_exception_handler(SQLAlchemyError, answer)


def fault_of(error: AlertError | SQLAlchemyError) -> Fault:
    """The error in the shape that every platform is answered in, over REST and over MQTT."""
    answer = _answer_to(error)
    # What the database says may name hosts and values: that is for the log of the operator.
    is_ours = isinstance(error, AlertError) and answer.status < 500
    detail = _text(str(error)) if is_ours else type(error).__name__
    zh, en = answer.zh, answer.en
    if isinstance(error, CaseConflictError):
        zh, en = error.zh or zh, error.en or en
    return Fault(error=answer.error, zh=zh, en=en, detail=detail)


def _answer_to(error: Exception) -> _Answer:
    return _ANSWERS[next(kind for kind in type(error).__mro__ if kind in _ANSWERS)]


def _answer(error: Exception, repeats: Repeats) -> JSONResponse:
    answer = _answer_to(error)
    if answer.status >= 500:
        repeats.warn(f"http-{answer.error}", type(error).__name__)
    assert isinstance(error, AlertError | SQLAlchemyError)
    return answer_with(fault_of(error), answer.status, headers=_headers(error, answer))


def answer_with(
    fault: Fault, status: int, *, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The answer; what is no text, such as half a surrogate pair, is replaced."""
    content = {key: _text(value) for key, value in fault.model_dump().items()}
    return JSONResponse(content, status, headers=headers)


def _text(words: str) -> str:
    return words.encode("utf-8", "replace").decode()[:MAX_DETAIL]


def _headers(error: Exception, answer: _Answer) -> dict[str, str]:
    if isinstance(error, UploadError):
        return {"Upload-Offset": str(error.offset)}
    if isinstance(error, LockedOutError):
        return {"Retry-After": str(error.retry_after_s)}
    if answer.status == 503 or isinstance(error, TooManyStreamsError):
        return {"Retry-After": str(RETRY_AFTER_S)}
    return {"WWW-Authenticate": "Bearer"} if answer.status == 401 else {}
