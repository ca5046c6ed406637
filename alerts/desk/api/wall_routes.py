"""Cameras, nodes and areas."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from alerts.desk.api.caller import CurrentOfficer, Service
from alerts.desk.api.faults import Fault
from alerts.desk.camera_page import MAX_LIMIT
from alerts.desk.equipment_views import AreaRow, CameraRow, NodeRow

router = APIRouter(prefix="/api", tags=["cameras"], responses={401: {"model": Fault}})
NEXT = "Next-Cursor"


class CameraQuery(BaseModel):
    """Which part of the cameras."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 2000
    cursor: Annotated[
        str | None, Field(max_length=1000, description="`Next-Cursor` of the page before.")
    ] = None


@router.get(
    "/cameras",
    summary="Cameras and their states",
    responses={
        200: {
            "headers": {
                NEXT: {
                    "description": "Where to go on; absent on the last page.",
                    "schema": {"type": "string"},
                }
            }
        }
    },
)
def cameras(
    asked: Annotated[CameraQuery, Query()],
    officer: CurrentOfficer,
    service: Service,
    response: Response,
) -> tuple[CameraRow, ...]:
    """The cameras of the officer's areas, those not streaming first, then by name.

    A list as long as most sites need; where there are more, the header says where to go on.
    """
    page = service.camera_page(officer, limit=asked.limit, cursor=asked.cursor)
    if page.next_cursor is not None:
        response.headers[NEXT] = page.next_cursor
    return page.rows


@router.get("/nodes", summary="Nodes and their states")
def nodes(officer: CurrentOfficer, service: Service) -> tuple[NodeRow, ...]:
    """The nodes of those cameras, those not online first."""
    return service.nodes(officer)


@router.get("/areas", summary="Areas")
def areas(officer: CurrentOfficer, service: Service) -> tuple[AreaRow, ...]:
    """The officer's areas, parents first."""
    return service.areas(officer)
