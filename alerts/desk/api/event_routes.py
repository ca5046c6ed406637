"""Changes as they happen: server-sent events."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse

from alerts.desk.api.caller import CallerNow, CurrentOfficer
from alerts.desk.api.faults import Fault
from alerts.desk.event_streams import EventStreams

router = APIRouter(prefix="/api/events", tags=["events"], responses={401: {"model": Fault}})

EXAMPLE = """\
id: 5f0c1a2b.17.4201
event: case
data: {"id": "5f0c1a2b.17.4201", "kind": "case", "code": "620725101-20261122-0001", \
"version": 2, "area": "620725101"}

"""


@router.get(
    "",
    summary="Changes as they happen",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events without end.",
            "content": {
                "text/event-stream": {"schema": {"type": "string"}, "example": EXAMPLE},
            },
        },
        429: {"model": Fault, "description": "Too many streams are open; see `Retry-After`."},
    },
)
async def events(
    request: Request,
    officer: CurrentOfficer,
    caller: CallerNow,
    last_event_id: Annotated[
        str | None, Header(max_length=100, description="`id` of the latest event that was read.")
    ] = None,
) -> StreamingResponse:
    """Events `case`, `camera` and `node` say what changed, never what it is now: read it anew.

    `hello` begins a new stream, a comment every 15 s shows that it lives. `reset` says that changes
    of its `kinds` were missed: read all of those anew. The stream ends with the session.
    """
    streams = request.app.state.streams
    assert isinstance(streams, EventStreams)
    streams.check_room(officer)
    return StreamingResponse(
        streams.stream(officer, caller, last_event_id),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},  # nginx would keep it until it is much
    )
