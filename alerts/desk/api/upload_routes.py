"""Evidence from nodes: resumable uploads, named by their content."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from alerts.desk.api.caller import check_node
from alerts.desk.api.faults import Fault
from alerts.desk.errors import EvidenceStoreError
from alerts.desk.uploads import MAX_BYTES, Uploads

router = APIRouter(
    prefix="/api/evidence",
    tags=["nodes"],
    dependencies=[Depends(check_node)],
    responses={401: {"model": Fault}, 403: {"model": Fault}},
)

BLOCK = 1 << 20
_RANGE = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")

Sha = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
ContentRange = Annotated[str, Header(examples=["bytes 0-1048575/2500000"])]


@dataclass(frozen=True, slots=True)
class _Part:
    first: int
    last: int
    total: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


@router.head(
    "/{sha256}",
    summary="How much of it is here",
    responses={404: {"description": "Nothing."}},
)
def offset(sha256: Sha, request: Request) -> Response:
    """`Upload-Offset` says how many bytes the desk has; all of them where it is stored."""
    try:
        here = _uploads(request).offset(sha256)
    except OSError as error:
        raise EvidenceStoreError("the evidence cannot be put into its place") from error
    if here is None:
        return Response(status_code=404)
    return Response(headers={"Upload-Offset": str(here)})


@router.put(
    "/{sha256}",
    status_code=201,
    summary="Send a part",
    responses={
        202: {"description": "Taken; go on at `Upload-Offset`."},
        409: {"model": Fault, "description": "Go on at `Upload-Offset` instead."},
        413: {"model": Fault, "description": f"More than {MAX_BYTES} bytes."},
        507: {"model": Fault, "description": "The desk's disk is full or cannot be written."},
    },
)
async def append(sha256: Sha, request: Request, content_range: ContentRange) -> Response:
    """Append the bytes of `Content-Range: bytes a-b/total`; 201 once the whole is checked."""
    part = _part(content_range)
    uploads, at = _uploads(request), part.first
    is_whole = await run_in_threadpool(uploads.is_stored, sha256)
    async for block in _blocks(request, part.size):
        if not is_whole:
            try:
                is_whole = await run_in_threadpool(
                    uploads.append, sha256, block, offset=at, total=part.total
                )
            except OSError as error:
                raise EvidenceStoreError("the evidence cannot be written") from error
            at += len(block)
    if is_whole:
        return Response(status_code=201, headers={"Upload-Offset": str(part.total)})
    return Response(status_code=202, headers={"Upload-Offset": str(at)})


def _uploads(request: Request) -> Uploads:
    uploads = request.app.state.uploads
    assert isinstance(uploads, Uploads)
    return uploads


def _part(content_range: str) -> _Part:
    match = _RANGE.fullmatch(content_range)
    if match is None:
        raise HTTPException(400, "Content-Range is written as: bytes 0-99/250")
    part = _Part(*(int(number) for number in match.groups()))
    if not part.first <= part.last < part.total:
        raise HTTPException(400, "Content-Range lies outside its own total")
    if part.total > MAX_BYTES:
        raise HTTPException(413, f"evidence has at most {MAX_BYTES} bytes")
    return part


async def _blocks(request: Request, size: int) -> AsyncIterator[bytes]:
    """The body in blocks of at most about a mebibyte; exactly `size` bytes, or 400."""
    waiting, count = bytearray(), 0
    async for chunk in request.stream():
        waiting += chunk
        count += len(chunk)
        if count > size:
            raise HTTPException(400, "the body is longer than Content-Range says")
        if len(waiting) >= BLOCK:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)
    if count < size:
        raise HTTPException(400, "the body is shorter than Content-Range says")
