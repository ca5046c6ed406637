"""Cameras, nodes and areas."""

from __future__ import annotations

from fastapi import APIRouter

from alerts.desk.api.caller import CurrentOfficer, Service
from alerts.desk.api.faults import Fault
from alerts.desk.views import AreaRow, CameraRow, NodeRow

router = APIRouter(prefix="/api", tags=["cameras"], responses={401: {"model": Fault}})


@router.get("/cameras", summary="Cameras and their states")
def cameras(officer: CurrentOfficer, service: Service) -> tuple[CameraRow, ...]:
    """The cameras of the officer's areas, those not streaming first."""
    return service.cameras(officer)


@router.get("/nodes", summary="Nodes and their states")
def nodes(officer: CurrentOfficer, service: Service) -> tuple[NodeRow, ...]:
    """The nodes of those cameras, those not online first."""
    return service.nodes(officer)


@router.get("/areas", summary="Areas")
def areas(officer: CurrentOfficer, service: Service) -> tuple[AreaRow, ...]:
    """The officer's areas, parents first."""
    return service.areas(officer)
