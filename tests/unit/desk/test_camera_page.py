"""Cameras page by page."""

from __future__ import annotations

import base64

import pytest

from alerts.desk.camera_page import key_of, page_of
from alerts.desk.equipment_views import CameraRow, CameraSight
from alerts.desk.errors import RequestError
from alerts.schema import NodeState
from ingest.config import Owner


def camera(number: int, state: CameraSight = CameraSight.STREAMING) -> CameraRow:
    return CameraRow(
        camera_id=f"c{number}",
        name="同名" if number % 2 else f"摄像机{number}",
        area_id="1",
        area_name="镇",
        owner=Owner.DEPARTMENT,
        state=state,
        since=None,
        reason=None,
        node="node-1",
        node_state=NodeState.ONLINE,
    )


ROWS = sorted([camera(n) for n in range(20)] + [camera(99, CameraSight.OFFLINE)], key=key_of)


@pytest.mark.parametrize("limit", [1, 4, 20, 21, 500])
def test_pages_together_are_the_whole_list(limit: int) -> None:
    found, cursor = list[CameraRow](), None
    for _ in range(len(ROWS)):
        page = page_of(ROWS, limit=limit, cursor=cursor)
        found += page.rows
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == ROWS
    assert found[0].camera_id == "c99"


def words(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    ["x", "", "é", "====", words("7"), words("[1, 2]"), words('["a", "b", "c"]'), words("[")],
)
def test_a_cursor_of_something_else_is_refused(cursor: str) -> None:
    with pytest.raises(RequestError):
        page_of(ROWS, limit=1, cursor=cursor)


@pytest.mark.parametrize("limit", [0, -1, 5001])
def test_a_limit_has_limits(limit: int) -> None:
    with pytest.raises(RequestError):
        page_of(ROWS, limit=limit, cursor=None)
