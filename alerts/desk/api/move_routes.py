"""Cases supervised, extended, given back, taken up again, followed up, merged and split."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from alerts.desk.api.caller import CurrentOfficer, Service
from alerts.desk.api.case_bodies import Backwards, Extend, FollowUpBody, Merge, Relate, Split
from alerts.desk.api.faults import RESPONSES
from alerts.desk.views import CaseRow

router = APIRouter(prefix="/api", tags=["cases"], responses=RESPONSES)


@router.post("/cases/{code}/release", summary="Back to the queue")
def release(code: str, asked: Backwards, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Give an accepted case back."""
    return service.moves.release(officer, code, asked.expected_version, asked.reason)


@router.post("/cases/{code}/reopen", summary="Reopen")
def reopen(code: str, asked: Backwards, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Take a closed or followed-up case up again."""
    return service.moves.reopen(officer, code, asked.expected_version, asked.reason)


@router.post("/cases/{code}/follow-up", summary="Follow up (回访)")
def follow_up(code: str, asked: FollowUpBody, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Keep what those concerned say; `unsatisfied` needs a note."""
    return service.moves.follow_up(
        officer, code, asked.expected_version, result=asked.result, note=asked.note
    )


@router.post("/cases/{code}/supervise", summary="Supervise (督办)")
def supervise(code: str, asked: Backwards, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Keep an eye on an open case."""
    return service.moves.supervise(officer, code, asked.expected_version, asked.reason)


@router.post("/cases/{code}/extend", summary="Extend the time limit")
def extend(code: str, asked: Extend, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Give the step that runs now another end: `minutes` from now or `due_at`."""
    return service.moves.extend(
        officer, code, asked.expected_version, limit=asked.limit(), reason=asked.reason
    )


@router.post("/cases/{code}/merge", summary="Merge (合并)")
def merge(code: str, asked: Merge, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Close the case as a duplicate of `into`, from where its alerts and evidence are seen."""
    return service.moves.merge(
        officer, code, asked.expected_version, into=asked.into, note=asked.note
    )


@router.post("/cases/{code}/split", status_code=201, summary="Split (拆分)")
def split(code: str, asked: Split, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Take alerts out: the new case, or the duplicate that is its own again."""
    return service.moves.split(
        officer, code, asked.expected_version, alerts=asked.alerts, reason=asked.reason
    )


@router.post("/cases/{code}/relate", status_code=201, summary="Relate")
def relate(code: str, asked: Relate, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Say that two cases belong together."""
    return service.moves.relate(officer, code, asked.case, note=asked.note)


@router.get("/cameras/{camera}/cases", summary="The last cases of a camera")
def camera_cases(
    camera: str,
    officer: CurrentOfficer,
    service: Service,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> tuple[CaseRow, ...]:
    """Newest first; none where the camera lies in no area of the officer."""
    return service.camera_history(officer, camera, limit=limit)
