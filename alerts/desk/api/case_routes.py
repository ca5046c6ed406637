"""The queue and its cases."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from alerts.alert import Severity
from alerts.area import AreaId
from alerts.case import CaseStatus
from alerts.desk.api.caller import CurrentOfficer, Service
from alerts.desk.api.case_bodies import Accept, Close, FalseAlarm, NewNote
from alerts.desk.api.faults import RESPONSES
from alerts.desk.queue import MAX_LIMIT
from alerts.desk.views import CaseRow, CaseView, QueueFilter, QueuePage
from ingest.config import Identifier

router = APIRouter(prefix="/api/cases", tags=["cases"], responses=RESPONSES)


class QueueQuery(BaseModel):
    """Which part of the queue."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: frozenset[CaseStatus] = frozenset()
    severity: frozenset[Severity] = frozenset()
    area: AreaId | None = None
    camera: Identifier | None = None
    text: Annotated[str | None, Field(max_length=100)] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 50
    cursor: Annotated[str | None, Field(max_length=200)] = None


@router.get("", summary="The queue, newest first")
def queue(
    asked: Annotated[QueueQuery, Query()], officer: CurrentOfficer, service: Service
) -> QueuePage:
    """A page of the officer's cases; go on with `next_cursor`."""
    wanted = QueueFilter(
        statuses=asked.status,
        severities=asked.severity,
        area_id=asked.area,
        camera_id=asked.camera,
        text=asked.text,
    )
    return service.queue(officer, wanted, limit=asked.limit, cursor=asked.cursor)


@router.get("/{code}", summary="A case")
def case(code: str, officer: CurrentOfficer, service: Service) -> CaseView:
    """The case with its alerts, evidence, journal, and what the officer may do with it."""
    return service.case(officer, code)


@router.post("/{code}/accept", summary="Accept")
def accept(code: str, asked: Accept, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Take a pending case; of two officers one gets it, the other 409."""
    return service.accept(officer, code, asked.expected_version)


@router.post("/{code}/close", summary="Close")
def close(code: str, asked: Close, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Close an accepted case; verdict `false` needs a note."""
    return service.close(
        officer, code, asked.expected_version, verdict=asked.verdict, note=asked.note
    )


@router.post("/{code}/false-alarm", summary="False alarm")
def false_alarm(code: str, asked: FalseAlarm, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Accept if need be, and close as false with the reason."""
    return service.false_alarm(officer, code, asked.expected_version, asked.note)


@router.post("/{code}/note", status_code=201, summary="Write a note")
def note(code: str, asked: NewNote, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Write into the journal; the case does not move."""
    return service.note(officer, code, asked.note)
