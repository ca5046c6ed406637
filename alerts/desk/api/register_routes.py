"""The register of who watched, exported or searched what, and why."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError

from alerts.desk.api.caller import CurrentLooker, Service
from alerts.desk.api.faults import Fault
from alerts.desk.errors import StoreError
from alerts.desk.register_reader import MAX_LIMIT
from alerts.desk.register_views import RegisterAction, RegisterFilter, RegisterPage
from ingest.config import Identifier

router = APIRouter(
    prefix="/api/register",
    tags=["register"],
    responses={
        401: {"model": Fault, "description": "No session."},
        403: {"model": Fault, "description": "Not an auditor."},
    },
)

logger = logging.getLogger(__name__)

JSON_LINES = "application/x-ndjson"


class RegisterQuery(BaseModel):
    """Which entries; `from` is included, `to` is not."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    actor: Annotated[
        str | None, Field(max_length=64, description="Only what this log-in name did.")
    ] = None
    action: Annotated[RegisterAction | None, Field(description="Only this.")] = None
    camera: Identifier | None = None
    case: Annotated[
        str | None, Field(max_length=64, description="Only about the case of this code.")
    ] = None
    since: Annotated[
        AwareDatetime | None, Field(alias="from", description="Only at this time or later.")
    ] = None
    until: Annotated[
        AwareDatetime | None, Field(alias="to", description="Only before this time.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 50
    cursor: Annotated[str | None, Field(max_length=20)] = None

    def filter(self) -> RegisterFilter:
        """As the service takes it."""
        return RegisterFilter(
            actor=self.actor,
            action=self.action,
            camera_id=self.camera,
            case_code=self.case,
            since=_bounded(self.since),
            until=_bounded(self.until),
        )


@router.get("", summary="Who looked at what, newest first")
def page(
    asked: Annotated[RegisterQuery, Query()], who: CurrentLooker, service: Service
) -> RegisterPage:
    """Entries of the officer's areas; go on with `next_cursor`. Reading is registered, too.

    `head` is the end of the whole chain: keep it elsewhere, and compare later.
    """
    return service.register_reader.page(
        who.officer,
        asked.filter(),
        limit=asked.limit,
        cursor=asked.cursor,
        client=who.client,
    )


@router.get(
    "/export",
    summary="The whole register as JSON lines",
    response_class=StreamingResponse,
    responses={200: {"content": {JSON_LINES: {}}, "description": "For `xueliang verify`."}},
)
def export(who: CurrentLooker, service: Service) -> StreamingResponse:
    """Every entry and a closing line with the head; of other areas only the place in the chain.

    A file without the closing line was cut off: ask again.
    """
    lines = _until_away(service.register_reader.export(who.officer, client=who.client))
    disposition = 'attachment; filename="register.jsonl"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return StreamingResponse(lines, media_type=JSON_LINES, headers=headers)


def _until_away(lines: Iterator[str]) -> Iterator[str]:
    """The status is out already: a database that goes away shows in the missing closing line."""
    try:
        yield from lines
    except (SQLAlchemyError, StoreError) as error:
        logger.warning(
            "an export of the register was cut off: %s",
            type(error).__name__,
            extra={"action": "register-export-cut"},
        )


def _bounded(at: datetime | None) -> datetime | None:
    """Years at either end of the calendar cannot be moved to UTC by every database."""
    if at is None:
        return None
    return min(max(at, _FIRST), _LAST)


_FIRST = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_LAST = datetime.fromisoformat("9000-01-01T00:00:00+00:00")
