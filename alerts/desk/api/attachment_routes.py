"""Files that officers attach to a case."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from alerts.desk.api.caller import CurrentLooker, CurrentOfficer, Service
from alerts.desk.api.faults import RESPONSES, Fault
from alerts.desk.attachments import MAX_BYTES, MOST
from alerts.desk.errors import AttachmentSizeError, AttachmentTypeError, EvidenceStoreError
from alerts.desk.views import AttachmentRow

router = APIRouter(prefix="/api/cases", tags=["evidence"], responses=RESPONSES)

Number = Annotated[int, Path(ge=1, lt=2**31)]
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@router.post(
    "/{code}/attachments",
    status_code=201,
    summary="Attach a file",
    openapi_extra=_BODY,
    responses={
        409: {"model": Fault, "description": f"The case has {MOST} attachments."},
        413: {"model": Fault, "description": f"More than {MAX_BYTES} bytes."},
        415: {"model": Fault, "description": "Neither JPEG, PNG, PDF nor MP4 by its content."},
        507: {"model": Fault, "description": "The desk's disk is full or cannot be written."},
    },
)
async def attach(
    code: str, request: Request, officer: CurrentOfficer, service: Service
) -> AttachmentRow:
    """One file, `file`, as JPEG, PNG, PDF or MP4; metadata of pictures and sound are not kept."""
    await run_in_threadpool(service.attachments.check, officer, code)  # before a body is read
    try:
        name, content = await _sent(request)
    except OSError as error:  # it waits in a file of its own while it comes
        raise EvidenceStoreError("the attachment cannot be written now") from error
    return await run_in_threadpool(service.attachments.add, officer, code, name, content)


async def _sent(request: Request) -> tuple[str, bytes]:
    """Name and content of the one file."""
    async with request.form(max_files=1, max_fields=0) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise AttachmentTypeError("send multipart/form-data with a part `file`")
        if (file.size or 0) > MAX_BYTES:
            raise AttachmentSizeError(f"an attachment has at most {MAX_BYTES} bytes")
        return file.filename or "", await file.read()


@router.get(
    "/{code}/attachments/{number}",
    summary="An attachment",
    response_class=FileResponse,
    responses={200: {"content": {"image/jpeg": {}, "application/pdf": {}}, "description": "It."}},
)
def attachment(code: str, number: Number, who: CurrentLooker, service: Service) -> FileResponse:
    """The file; each look stands in the register. A PDF comes as a download."""
    file = service.attachments.file(who.officer, code, number, client=who.client)
    kind = file.media_type.rpartition("/")[2].replace("jpeg", "jpg")
    return FileResponse(
        file.path,
        media_type=file.media_type,
        filename=f"{code}-{number}.{kind}",
        content_disposition_type="attachment" if kind == "pdf" else "inline",
        headers={"Cache-Control": "private, no-store"},
    )


@router.get(
    "/{code}/attachments/{number}/thumbnail",
    summary="A small picture of an attached one",
    response_class=FileResponse,
    responses={200: {"content": {"image/jpeg": {}}, "description": "160 pixels wide."}},
)
def thumbnail(code: str, number: Number, officer: CurrentOfficer, service: Service) -> Response:
    """Not registered as a look; 404 for what is no picture."""
    file = service.attachments.thumbnail(officer, code, number)
    headers = {"Cache-Control": "private, no-cache", "Vary": "Cookie"}
    return FileResponse(file.path, media_type=file.media_type, headers=headers)
