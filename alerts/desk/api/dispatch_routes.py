"""Cases opened by hand, dispatched, handled and reported."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header

from alerts.desk.api.caller import CurrentOfficer, Service
from alerts.desk.api.case_bodies import Accept, Dispatch, HandOver, OpenByHand, Report, SendBack
from alerts.desk.api.faults import RESPONSES, Fault
from alerts.desk.opened_once import MAX_KEY
from alerts.desk.recipients import Recipients
from alerts.desk.views import CaseRow

router = APIRouter(prefix="/api/cases", tags=["cases"], responses=RESPONSES)


Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=MAX_KEY,
        pattern=r"^[\x21-\x7e]+$",
        description="Any word of yours, new for each case: sent again with the same body, it "
        "answers with the case that was opened; with another body 409.",
        examples=["7b7f3b0e-2f0d-4d0e-9d6e-1f2a3b4c5d6e"],
    ),
]


@router.post(
    "",
    status_code=201,
    summary="Open by hand",
    responses={409: {"model": Fault, "description": "The key was used for another case."}},
)
def open_by_hand(
    asked: OpenByHand, officer: CurrentOfficer, service: Service, key: Key = None
) -> CaseRow:
    """Open a case that no camera saw; it waits to be accepted like any other."""
    return service.moves.open_by_hand(officer, asked.new_case(), key=key)


@router.get("/{code}/recipients", summary="To whom it can be handed")
def recipients(code: str, officer: CurrentOfficer, service: Service) -> Recipients:
    """Departments and officers to dispatch to, and colleagues to hand over to."""
    return service.moves.recipients(officer, code)


@router.post("/{code}/dispatch", summary="Dispatch (分流交办)")
def dispatch(code: str, asked: Dispatch, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Hand a case to a department or officer with a time limit; a pending one is accepted first."""
    return service.moves.dispatch(
        officer,
        code,
        asked.expected_version,
        to=asked.recipient(),
        limit=asked.limit(),
        note=asked.note,
    )


@router.post("/{code}/start", summary="Start")
def start(code: str, asked: Accept, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Those it was handed to are at it."""
    return service.moves.start(officer, code, asked.expected_version)


@router.post("/{code}/report", summary="Report (反馈)")
def report(code: str, asked: Report, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Say what was done."""
    return service.moves.report(officer, code, asked.expected_version, asked.feedback)


@router.post("/{code}/send-back", summary="Send back (退回)")
def send_back(code: str, asked: SendBack, officer: CurrentOfficer, service: Service) -> CaseRow:
    """The feedback does not do: the same people go at it again."""
    return service.moves.send_back(
        officer, code, asked.expected_version, asked.reason, limit=asked.limit()
    )


@router.post("/{code}/hand-over", summary="Hand over (转交)")
def hand_over(code: str, asked: HandOver, officer: CurrentOfficer, service: Service) -> CaseRow:
    """Give it to somebody else where it stands; the limit goes on."""
    return service.moves.hand_over(
        officer, code, asked.expected_version, to=asked.recipient(), note=asked.note
    )
