"""Puts the pages onto the desk's app."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import FileResponse
from nicegui import Client, ui
from nicegui import app as nicegui_app
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from alerts.desk.pages.case_page import show_case
from alerts.desk.pages.elements import ASSETS
from alerts.desk.pages.frame import TITLE, Setting
from alerts.desk.pages.gone import gone_response
from alerts.desk.pages.new_case_page import show_new_case
from alerts.desk.pages.officers_page import show_officers
from alerts.desk.pages.queue_page import show_queue
from alerts.desk.pages.register_page import show_register
from alerts.desk.pages.shared_readings import SharedReadings
from alerts.desk.pages.sign_in_routes import sign_in_routes
from alerts.desk.pages.visitor import Visitor, admit
from alerts.desk.pages.webhooks_page import show_webhooks
from alerts.desk.pages.words import NO_LABELS
from alerts.desk.service import DeskService
from alerts.schema import Text

KEPT_AFTER_LOSS_S = 60.0
"""A page whose connection broke is kept so long: what is half written survives."""
FAVICON = ASSETS / "favicon.svg"


class Assets(StaticFiles):
    """Our styles and scripts: the browser asks each time whether they changed (ETag)."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, to be checked before each use."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def mount(
    app: FastAPI,
    service: DeskService,
    *,
    timezone: str,
    labels: Mapping[str, Text] = NO_LABELS,
) -> None:
    """Add log-in and all pages to `app`; call it after all other routes are there.

    Args:
        app: The desk's app, with `SocketGuard` around it; NiceGUI takes every path that no
            earlier route has.
        service: The one door to the desk.
        timezone: IANA name, for what officers read.
        labels: Names of labels, such as 人 for person; others are shown as they are.
    """
    _begin_anew()
    app.include_router(sign_in_routes(service))
    app.mount("/desk-assets", Assets(directory=ASSETS), name="desk-assets")
    app.add_api_route("/favicon.ico", _favicon, include_in_schema=False)
    setting = Setting(
        zone=timezone,
        labels=labels,
        cases=SharedReadings(service.changes, frozenset({"case"})),
        equipment=SharedReadings(service.changes, frozenset({"camera", "node"})),
    )
    _add_pages(service, setting)
    nicegui_app.add_exception_handler(404, gone_response)
    ui.run_with(
        app,
        title=TITLE,
        favicon=FAVICON,
        language="zh-CN",
        dark=True,
        tailwind=False,
        show_welcome_message=False,
    )


def _begin_anew() -> None:
    """NiceGUI's app is one per process; tests make several desks one after another."""
    nicegui_app.middleware_stack = None
    nicegui_app.user_middleware.clear()


async def _favicon() -> Response:
    return FileResponse(FAVICON)


def _add_pages(service: DeskService, setting: Setting) -> None:
    async def admitted(request: Request) -> Visitor:
        return await admit(service, request)

    @ui.page("/", title=TITLE, reconnect_timeout=KEPT_AFTER_LOSS_S)
    async def queue(client: Client, request: Request, visitor: Visitor = Depends(admitted)) -> None:
        await show_queue(client, visitor, setting, request.query_params)

    @ui.page("/officers", title=TITLE, reconnect_timeout=KEPT_AFTER_LOSS_S)
    async def officers(client: Client, visitor: Visitor = Depends(admitted)) -> None:
        await show_officers(client, visitor, setting)

    @ui.page("/webhooks", title=TITLE, reconnect_timeout=KEPT_AFTER_LOSS_S)
    async def webhooks(client: Client, visitor: Visitor = Depends(admitted)) -> None:
        await show_webhooks(client, visitor, setting)

    @ui.page("/case/new", title=TITLE, reconnect_timeout=KEPT_AFTER_LOSS_S)
    async def new_case(client: Client, visitor: Visitor = Depends(admitted)) -> None:
        await show_new_case(client, visitor, setting)

    @ui.page("/case/{code}", title=TITLE, reconnect_timeout=KEPT_AFTER_LOSS_S)
    async def case(client: Client, code: str, visitor: Visitor = Depends(admitted)) -> None:
        await show_case(client, visitor, setting, code)

    @ui.page("/register", title=TITLE, reconnect_timeout=KEPT_AFTER_LOSS_S)
    async def register(
        client: Client, request: Request, visitor: Visitor = Depends(admitted)
    ) -> None:
        await show_register(client, visitor, setting, request.query_params)
