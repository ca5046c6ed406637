"""The desk's app: REST, pages and their guards over one service layer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version
from types import MappingProxyType

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from alerts.desk.api import (
    attachment_routes,
    case_routes,
    dispatch_routes,
    event_routes,
    evidence_routes,
    health_routes,
    metrics_routes,
    move_routes,
    officer_routes,
    register_routes,
    session_routes,
    token_routes,
    upload_routes,
    wall_routes,
    webhook_routes,
)
from alerts.desk.api.examples import add_examples
from alerts.desk.api.faults import COMMON, add_faults
from alerts.desk.api.refusals import add_refusals
from alerts.desk.body_limit import BodyLimit
from alerts.desk.config import DeskSite
from alerts.desk.desk import Desk, LinkFactory, mqtt_link
from alerts.desk.metrics import DeskMetrics
from alerts.desk.pages.mount import mount
from alerts.desk.same_origin import SameOrigin
from alerts.desk.security_headers import SecurityHeaders
from alerts.desk.socket_guard import SocketGuard
from alerts.schema import Text

NO_LABELS: Mapping[str, Text] = MappingProxyType({})
ROUTERS = (
    session_routes,
    officer_routes,
    token_routes,
    case_routes,
    dispatch_routes,
    move_routes,
    evidence_routes,
    attachment_routes,
    wall_routes,
    register_routes,
    upload_routes,
    webhook_routes,
    event_routes,
)


def build_app(
    site: DeskSite,
    *,
    make_link: LinkFactory = mqtt_link,
    labels: Mapping[str, Text] = NO_LABELS,
) -> FastAPI:
    """The whole desk; its lifespan starts and stops everything.

    Args:
        site: What the desk knows of the site.
        make_link: The way to the bus; tests give their own.
        labels: Names of labels for the pages, from `models/labels.yaml`.

    Raises:
        StoreError: The database URL or the node token cannot be used.
        PublishError: The broker's password file or certificates cannot be read.
    """
    return app_of(Desk(site, make_link=make_link), labels=labels)


def app_of(desk: Desk, *, labels: Mapping[str, Text] = NO_LABELS) -> FastAPI:
    """REST and pages over `desk`, which the app's lifespan starts and stops."""
    app = rest_app(lifespan_of=desk)
    app.state.desk, app.state.service = desk, desk.service
    app.state.uploads, app.state.node_token = desk.uploads, desk.node_token
    app.state.streams = desk.streams
    app.state.metrics, app.state.metrics_token = DeskMetrics(desk), desk.metrics_token
    mount(app, desk.service, timezone=desk.site.timezone, labels=labels)
    app.add_middleware(SocketGuard, service=desk.service, pages=desk.pages)
    app.add_middleware(SameOrigin)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    return app


def rest_app(*, lifespan_of: Desk | None = None) -> FastAPI:
    """The REST routes alone; without a desk only good for its OpenAPI document."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if lifespan_of is None:
            yield
            return
        await run_in_threadpool(lifespan_of.start)
        try:
            yield
        finally:
            await run_in_threadpool(lifespan_of.stop)

    app = FastAPI(
        title="xueliang desk",
        version=version("xueliang"),
        summary="Cases of the duty desk, cameras, nodes and evidence",
        description="Every refusal under `/api/` has the shape `Fault`: also 404 for a path that "
        "does not exist, and 405 with `Allow` for a method it does not take.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # its page loads scripts from outside; everything here works offline
        redoc_url=None,
        webhooks=webhook_routes.outgoing,
        lifespan=lifespan,
    )
    add_faults(app)
    for routes in ROUTERS:
        app.include_router(routes.router, responses=COMMON)
    app.include_router(health_routes.router)
    app.include_router(metrics_routes.router)
    add_refusals(app)
    add_examples(app)
    return app


def openapi_document() -> dict[str, object]:
    """The OpenAPI document, for `xueliang schema openapi`."""
    return rest_app().openapi()
