"""Snapshots and clips of a case."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
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
