"""Whether the desk lives and works; open to all, says nothing of cases."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from alerts.desk.desk import Desk

router = APIRouter(tags=["health"])


class Readiness(BaseModel):
    """What works, and the consumer's counters since the start."""

    model_config = ConfigDict(frozen=True)

    is_store_ready: bool
    is_bus_connected: bool
    is_consumer_alive: bool
    stored: int
    duplicates: int
    refused: int
    deferred: int
    store_failures: int


@router.get(
    "/healthz",
    summary="No part has died; a broker or database that is away is none of it",
    responses={
        200: {"content": {"application/json": {"example": {"status": "ok"}}}},
        503: {"description": "A part died: start the desk again."},
    },
)
def healthz(request: Request, response: Response) -> dict[str, str]:
    """503 only where starting again helps."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    response.status_code = 503 if desk.is_dying else 200
    return {"status": "dying" if desk.is_dying else "ok"}


@router.get(
    "/readyz",
    summary="Store, bus and consumer work",
    responses={503: {"model": Readiness, "description": "Something does not."}},
)
def readyz(request: Request, response: Response) -> Readiness:
    """200 when all works."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    counters = desk.consumer.counters
    state = Readiness(
        is_store_ready=desk.is_store_ready(),
        is_bus_connected=desk.link.connection is not None,
        is_consumer_alive=desk.consumer.is_alive,
        stored=counters.stored,
        duplicates=counters.duplicates,
        refused=counters.refused,
        deferred=desk.consumer.limits.deferred.total(),
        store_failures=counters.store_failures,
    )
    works = (state.is_store_ready, state.is_bus_connected, state.is_consumer_alive)
    response.status_code = 200 if all(works) else 503
    return state
