"""The session's cookie."""

from __future__ import annotations

from starlette.responses import Response

from alerts.desk.views import SessionToken

SESSION_COOKIE = "xueliang_session"


def set_session_cookie(response: Response, session: SessionToken, *, is_secure: bool) -> None:
    """Keep the token where no script reads it and no other site makes the browser send it."""
    response.set_cookie(
        SESSION_COOKIE,
        session.token,
        max_age=int(session.lifetime.total_seconds()),
        path="/",
        secure=is_secure,
        httponly=True,
        samesite="strict",
    )


def drop_session_cookie(response: Response) -> None:
    """Have the browser forget the token."""
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")
