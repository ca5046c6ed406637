"""Snapshots and clips of a case."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse

from alerts.desk.api.caller import CurrentLooker, CurrentOfficer, Service
from alerts.desk.api.faults import RESPONSES, Fault
from alerts.desk.footage_reason import MAX_REASON, MIN_REASON
from alerts.schema import EvidenceKind

router = APIRouter(prefix="/api/cases", tags=["evidence"], responses=RESPONSES)

_CONTENT: dict[int | str, dict[str, object]] = {
    200: {"content": {"image/jpeg": {}, "video/mp4": {}}, "description": "The file."},
    403: {"model": Fault, "description": "`reason-needed`: state `reason`; or not allowed."},
    206: {"description": "A part of it (`Range`)."},
    507: {"model": Fault, "description": "The desk's disk is full or cannot be read or written."},
}
Reason = Annotated[
    str | None,
    Query(
        max_length=MAX_REASON,
        description="Why, where the camera is a household's and the case is over; "
        f"{MIN_REASON} to {MAX_REASON} characters, kept in the register.",
        examples=["群众来访，核对当晚情况"],
    ),
]


@router.head("/{code}/evidence/{kind}", include_in_schema=False, response_class=FileResponse)
@router.get(
    "/{code}/evidence/{kind}",
    summary="A snapshot or clip",
    response_class=FileResponse,
    responses=_CONTENT,
)
def evidence(
    code: str,
    kind: EvidenceKind,
    who: CurrentLooker,
    service: Service,
    original: Annotated[
        bool, Query(description="The clip as the camera sent it, even if few browsers play it.")
    ] = False,
    reason: Reason = None,
) -> FileResponse:
    """The file, in parts where asked; `HEAD` gives its headers.

    An H.265 clip comes as H.264 unless `original` is set. Each look stands in the register; the
    ranges that a player asks for, and the same file again within ten minutes, are one look.
    """
    file = service.evidence_path(
        who.officer, code, kind, original=original, reason=reason, client=who.client
    )
    return FileResponse(
        file.path,
        media_type=file.media_type,
        filename=f"{code}-{kind}{'.mp4' if kind is EvidenceKind.CLIP else '.jpg'}",
        content_disposition_type="inline",
        headers={"Cache-Control": "private, no-store"},
    )


@router.get(
    "/{code}/thumbnail",
    summary="A small picture for lists",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}, "description": "The picture."}},
)
def thumbnail(code: str, officer: CurrentOfficer, service: Service) -> Response:
    """The snapshot small, which is not registered as a look.

    Of a household's camera whose case is over there is none: 403 `reason-needed`.
    """
    picture = service.thumbnail(officer, code)
    headers = {"Cache-Control": "private, no-store"}
    return Response(picture, media_type="image/jpeg", headers=headers)
