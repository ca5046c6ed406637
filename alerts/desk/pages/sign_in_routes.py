"""Log-in, log-out, and the question whether a session still lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import JSONResponse, RedirectResponse

from alerts.desk.cookie import SESSION_COOKIE, drop_session_cookie, set_session_cookie
from alerts.desk.errors import LockedOutError, SignInError
from alerts.desk.pages.sign_in_form import SignInForm
from alerts.desk.pages.visitor import officer_of
from alerts.desk.pages.words import Words
from alerts.desk.same_origin import is_own_origin
from alerts.desk.service import DeskService
from alerts.desk.views import Language

LANGUAGES: Mapping[str, Language] = MappingProxyType({"zh": "zh", "zh-CN": "zh", "en": "en"})
"""Those of the form's link; an officer who chooses none keeps the one of the account."""

Field = Annotated[str, Form(max_length=2000)]


def sign_in_routes(service: DeskService) -> APIRouter:
    """`/login`, `/logout` and `/session-check`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/login")
    def show(next: str = "/", ended: str = "", lang: str = "") -> Response:
        form = _form(lang)
        message = form.words("sign_in_ended") if ended else ""
        return replace(form, back=own_path(next), message=message).response()

    @router.post("/login")
    def sign_in(
        request: Request,
        name: Field = "",
        password: Field = "",
        next: Field = "/",
        lang: Field = "",
    ) -> Response:
        form, back = _form(lang), own_path(next)
        if not is_own_origin(request):
            form = replace(form, message=form.words("sign_in_foreign"))
            return form.response(status.HTTP_403_FORBIDDEN)
        try:
            session = service.sign_in(name, password, _address(request))
        except SignInError as error:
            form = replace(form, back=back, name=name, message=why(error, form.words))
            return form.response()  # 200: a form filled in again; 401 is an error on the console
        if form.lang:
            service.set_language(session.officer, form.words.language)
        response = RedirectResponse(back, status.HTTP_303_SEE_OTHER)
        set_session_cookie(response, session, is_secure=request.url.scheme == "https")
        return response

    @router.post("/logout")
    def sign_out(request: Request) -> Response:
        response = RedirectResponse("/login", status.HTTP_303_SEE_OTHER)
        if is_own_origin(request):
            service.sign_out(request.cookies.get(SESSION_COOKIE, ""))
            drop_session_cookie(response)
        return response

    @router.get("/session-check")
    async def check(request: Request) -> Response:
        is_living = await officer_of(service, request) is not None
        return JSONResponse({"signed_in": is_living}, headers={"Cache-Control": "no-store"})

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


def _form(lang: str) -> SignInForm:
    """In the language chosen on the form; Chinese, and none chosen, where `lang` names none."""
    chosen = LANGUAGES.get(lang)
    return SignInForm(words=Words(chosen or "zh"), lang=chosen or "")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
