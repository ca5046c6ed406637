"""Cameras page by page: those not streaming first, then by name."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass

from alerts.desk.equipment_views import CameraRow, CameraSight
from alerts.desk.errors import RequestError

MAX_LIMIT = 5000

Key = tuple[bool, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraPage:
    """Some cameras; a camera that comes or goes between two pages may be missed or come twice."""

    rows: tuple[CameraRow, ...]
    next_cursor: str | None


def key_of(row: CameraRow) -> Key:
    """Its place in the order."""
    return (row.state is CameraSight.STREAMING, row.name, row.camera_id)


def page_of(rows: Sequence[CameraRow], *, limit: int, cursor: str | None) -> CameraPage:
    """At most `limit` of `rows`, which are in order, after `cursor`.

    Raises:
        RequestError: The limit or the cursor is none.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise RequestError(f"limit is 1 to {MAX_LIMIT}")
    if cursor is not None:
        after = _decoded(cursor)
        rows = [row for row in rows if key_of(row) > after]
    shown = tuple(rows[:limit])
    return CameraPage(rows=shown, next_cursor=_encoded(shown[-1]) if len(rows) > limit else None)


def _encoded(row: CameraRow) -> str:
    return base64.urlsafe_b64encode(json.dumps(key_of(row)).encode()).decode()


def _decoded(cursor: str) -> Key:
    try:
        is_streaming, name, camera_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, TypeError, binascii.Error) as error:
        raise RequestError("this is not a cursor of cameras") from error
    if not (isinstance(is_streaming, bool) and isinstance(name, str)):
        raise RequestError("this is not a cursor of cameras")
    return (is_streaming, name, str(camera_id))
