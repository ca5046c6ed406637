"""Snapshots and clips of a case."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse

from alerts.desk.api.caller import CurrentOfficer, Service
from alerts.desk.api.faults import RESPONSES, Fault
from alerts.schema import EvidenceKind

router = APIRouter(prefix="/api/cases", tags=["evidence"], responses=RESPONSES)

_CONTENT: dict[int | str, dict[str, object]] = {
    200: {"content": {"image/jpeg": {}, "video/mp4": {}}, "description": "The file."},
    206: {"description": "A part of it (`Range`)."},
    507: {"model": Fault, "description": "The desk's disk is full or cannot be read or written."},
}


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
    officer: CurrentOfficer,
    service: Service,
    original: Annotated[
        bool, Query(description="The clip as the camera sent it, even if few browsers play it.")
    ] = False,
) -> FileResponse:
    """The file, in parts where asked; `HEAD` gives its headers.

    An H.265 clip comes as H.264 unless `original` is set.
    """
    file = service.evidence_path(officer, code, kind, original=original)
    return FileResponse(
        file.path,
        media_type=file.media_type,
        filename=f"{code}-{kind}{'.mp4' if kind is EvidenceKind.CLIP else '.jpg'}",
        content_disposition_type="inline",
        headers={"Cache-Control": "private, no-store"},
    )


@router.get(
    "/{code}/thumbnail",
    summary="The snapshot, small",
    response_class=FileResponse,
    responses={200: {"content": {"image/jpeg": {}}, "description": "160 pixels wide."}},
)
def thumbnail(
    code: str,
    officer: CurrentOfficer,
    service: Service,
    request: Request,
) -> Response:
    """For a line of the queue; 404 where the case has no snapshot in the store."""
    file = service.thumbnail(officer, code)
    tag = f'"{file.sha256[:32]}"'
    # The browser may keep it, but asks every time: who may see it can change at any moment.
    headers = {"Cache-Control": "private, no-cache", "ETag": tag, "Vary": "Cookie"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return FileResponse(file.path, media_type=file.media_type, headers=headers)
