"""Log-in, log-out, and the question whether a session still lives."""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse

from alerts.desk.errors import LockedOutError, SignInError
from alerts.desk.pages.origin import is_own_origin
from alerts.desk.pages.sign_in_form import SignInForm
from alerts.desk.pages.visitor import SESSION_COOKIE, officer_of
from alerts.desk.pages.words import Words
from alerts.desk.service import DeskService
from alerts.desk.views import SessionToken

Field = Annotated[str, Form(max_length=2000)]


def sign_in_routes(service: DeskService) -> APIRouter:
    """`/login`, `/logout` and `/session-check`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/login")
    def show(next: str = "/", ended: str = "", lang: str = "zh") -> Response:
        words = _words(lang)
        message = words("sign_in_ended") if ended else ""
        return SignInForm(words=words, back=own_path(next), message=message).response()

    @router.post("/login")
    def sign_in(
        request: Request,
        name: Field = "",
        password: Field = "",
        next: Field = "/",
        lang: Field = "zh",
    ) -> Response:
        words, back = _words(lang), own_path(next)
        if not is_own_origin(request):
            form = SignInForm(words=words, message=words("sign_in_foreign"))
            return form.response(status.HTTP_403_FORBIDDEN)
        try:
            session = service.sign_in(name, password, _address(request))
        except SignInError as error:
            form = SignInForm(words=words, back=back, name=name, message=why(error, words))
            return form.response()  # 200: a form filled in again; 401 is an error on the console
        return _enter(request, session, back)

    @router.post("/logout")
    def sign_out(request: Request) -> Response:
        response = RedirectResponse("/login", status.HTTP_303_SEE_OTHER)
        if is_own_origin(request):
            service.sign_out(request.cookies.get(SESSION_COOKIE, ""))
            response.delete_cookie(SESSION_COOKIE, path="/")
        return response

    @router.get("/session-check")
    async def check(request: Request) -> Response:
        is_living = await officer_of(service, request) is not None
        return Response(status_code=204 if is_living else 401)

    return router


def own_path(wanted: str) -> str:
    """`wanted` where it is a path of this desk, else the queue: no redirect to other sites."""
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_path and wanted.isascii() and wanted.isprintable() else "/"


def why(error: SignInError, words: Words) -> str:
    """Why the log-in failed, without saying which of name and password is wrong."""
    if isinstance(error, LockedOutError):
        return words("sign_in_locked", minutes=max(1, ceil(error.retry_after_s / 60)))
    return words("sign_in_wrong")


def _words(language: str) -> Words:
    return Words("en" if language == "en" else "zh")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _enter(request: Request, session: SessionToken, back: str) -> Response:
    response = RedirectResponse(back, status.HTTP_303_SEE_OTHER)
    response.set_cookie(
        SESSION_COOKIE,
        session.token,
        max_age=int((session.expires_at - datetime.now(UTC)).total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response
