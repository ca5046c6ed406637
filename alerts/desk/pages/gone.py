"""There is no such page or case, or it is not the officer's."""

from __future__ import annotations

from html import escape

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from nicegui import ui

from alerts.desk.pages.frame import TITLE
from alerts.desk.pages.html_template import template
from alerts.desk.pages.words import Words

_FOR_PROGRAMS = ("/api/", "/_nicegui")


def show_gone(words: Words) -> None:
    """On an open page: say so, with the way back."""
    with ui.element("div").classes("gone"):
        ui.label(words("gone")).classes("empty-title")
        ui.label(words("gone_why")).classes("muted")
        ui.link(words("back"), "/")


async def gone_response(request: Request, _: Exception) -> Response:
    """For a path that leads nowhere: words for people in both languages, JSON for programs."""
    if request.url.path.startswith(_FOR_PROGRAMS):
        return JSONResponse({"detail": "Not Found"}, 404)
    values = {
        f"{key}_{language}": escape(Words(language)(key))
        for key in ("gone", "back")
        for language in ("zh", "en")
    }
    page = template("gone.html").substitute(values, title=TITLE)
    return HTMLResponse(page, 404)
