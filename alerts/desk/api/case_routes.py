"""The queue and its cases."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from alerts.alert import Severity
from alerts.area import AreaId
from alerts.case import CaseStatus, Verdict
from alerts.desk.api.caller import Client, CurrentOfficer, Service
from alerts.desk.api.case_bodies import Accept, Close, FalseAlarm, NewNote
from alerts.desk.api.faults import RESPONSES
from alerts.desk.queue import MAX_LIMIT
from alerts.desk.views import CaseRow, CaseView, QueueFilter, QueuePage
from ingest.config import Identifier

router = APIRouter(prefix="/api/cases", tags=["cases"], responses=RESPONSES)

ShortWord = Annotated[str, Field(min_length=1, max_length=100)]
SearchText = Annotated[
    str | None,
    Field(
        max_length=100,
        description="Words of the case's texts and notes, of its camera's or area's name, or the "
        "beginning of its code. All of them must be found.",
    ),
]
OF_OFFICER = "An officer's id: handed to them, or accepted by them and not closed."


class QueueQuery(BaseModel):
    """Which part of the queue; lists by naming a key several times."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: SearchText = None
    status: frozenset[CaseStatus] = frozenset()
    severity: frozenset[Severity] = frozenset()
    category: Annotated[frozenset[ShortWord], Field(max_length=20)] = frozenset()
    verdict: frozenset[Verdict] = frozenset()
    origin: Annotated[frozenset[ShortWord], Field(max_length=20)] = frozenset()
    area: AreaId | None = None
    camera: Identifier | None = None
    rule: Identifier | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    overdue: Annotated[bool, Field(description="Only cases whose time limit is over.")] = False
    department: ShortWord | None = None
    handler: Annotated[int | None, Field(ge=1, lt=2**31, description="An officer's id.")] = None
    officer: Annotated[int | None, Field(ge=1, lt=2**31, description=OF_OFFICER)] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 50
    cursor: Annotated[str | None, Field(max_length=200)] = None

    def filter(self) -> QueueFilter:
        """For the service."""
        return QueueFilter(
            statuses=self.status,
            severities=self.severity,
            categories=self.category,
            verdicts=self.verdict,
            origins=self.origin,
            area_id=self.area,
            camera_id=self.camera,
            rule_id=self.rule,
            since=self.since,
            until=self.until,
            is_overdue=self.overdue,
            department=self.department,
            handler_id=self.handler,
            officer_id=self.officer,
            text=self.q,
        )


@router.get("", summary="The queue, newest first")
def queue(
    asked: Annotated[QueueQuery, Query()],
    officer: CurrentOfficer,
    service: Service,
    client: Client,
) -> QueuePage:
    """A page of the officer's cases; go on with `next_cursor`."""
    return service.queue(
        officer, asked.filter(), limit=asked.limit, cursor=asked.cursor, client=client
    )


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
