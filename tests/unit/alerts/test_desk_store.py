"""Evidence over HTTP to a desk that keeps the agreed way of resuming."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from alerts.errors import EvidenceError, EvidenceLostError
from alerts.evidence.desk_store import CHUNK_BYTES, DeskStore
from alerts.evidence.spool import Spooled

CONTENT = bytes(range(256)) * 10_000  # 2.44 chunks
SHA = hashlib.sha256(CONTENT).hexdigest()
TOKEN = "node-token-for-tests"


class FakeDesk:
    """HEAD names the offset, PUT appends, 409 where the offset is another; 201 at the end."""

    def __init__(self) -> None:
        self.held = b""
        self.puts: list[tuple[int, int]] = []
        self.breaks_after: int | None = None
        self.lies_once_at: int | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        assert request.url.path == f"/api/evidence/{SHA}"
        if request.method == "HEAD":
            return self._head()
        return self._put(request)

    def _head(self) -> httpx.Response:
        if not self.held:
            return httpx.Response(404)
        if self.lies_once_at is not None:
            offset, self.lies_once_at = self.lies_once_at, None
            return httpx.Response(200, headers={"Upload-Offset": str(offset)})
        return httpx.Response(200, headers={"Upload-Offset": str(len(self.held))})

    def _put(self, request: httpx.Request) -> httpx.Response:
        found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", request.headers["Content-Range"])
        assert found is not None
        first, last, total = map(int, found.groups())
        assert total == len(CONTENT)
        assert last - first + 1 == len(request.content)
        assert request.headers["Content-Type"] == "video/mp4"
        if self.breaks_after is not None and len(self.puts) >= self.breaks_after:
            raise httpx.ConnectError("broke")
        self.puts.append((first, last))
        if first != len(self.held):
            return httpx.Response(409, headers={"Upload-Offset": str(len(self.held))})
        self.held += request.content
        is_whole = len(self.held) == total
        headers = {"Upload-Offset": str(len(self.held))}
        return httpx.Response(201 if is_whole else 202, headers=headers)


@pytest.fixture
def item(tmp_path: Path) -> Spooled:
    path = tmp_path / SHA
    path.write_bytes(CONTENT)
    return Spooled(path=path, sha256=SHA, size=len(CONTENT), media_type="video/mp4")


def store(desk: Callable[[httpx.Request], httpx.Response]) -> DeskStore:
    return DeskStore("http://desk/", SecretStr(TOKEN), transport=httpx.MockTransport(desk))


def test_a_clip_goes_in_chunks(item: Spooled) -> None:
    desk = FakeDesk()
    store(desk).put(item)
    assert desk.held == CONTENT
    assert [first for first, _ in desk.puts] == [0, CHUNK_BYTES, 2 * CHUNK_BYTES]


def test_what_the_desk_has_whole_is_not_sent_again(item: Spooled) -> None:
    desk = FakeDesk()
    desk.held = CONTENT
    store(desk).put(item)
    assert desk.puts == []


def test_after_a_break_it_goes_on_where_it_broke_off(item: Spooled) -> None:
    desk = FakeDesk()
    desk.breaks_after = 1
    sender = store(desk)
    with pytest.raises(EvidenceError, match="cannot be reached") as caught:
        sender.put(item)
    assert caught.value.retryable
    assert TOKEN not in str(caught.value)
    desk.breaks_after = None
    sender.put(item)
    assert desk.held == CONTENT
    assert [first for first, _ in desk.puts] == [0, CHUNK_BYTES, 2 * CHUNK_BYTES]


def test_a_conflict_is_settled_by_the_desks_offset(item: Spooled) -> None:
    desk = FakeDesk()
    desk.held, desk.lies_once_at = CONTENT[:1000], 500
    store(desk).put(item)
    assert desk.held == CONTENT
    assert [first for first, _ in desk.puts][:2] == [500, 1000]


def test_a_desk_that_never_agrees_is_left_for_later(item: Spooled) -> None:
    def desk(request: httpx.Request) -> httpx.Response:
        status = 404 if request.method == "HEAD" else 409
        return httpx.Response(status, headers={"Upload-Offset": "7"})

    with pytest.raises(EvidenceError, match="do not agree"):
        store(desk).put(item)


@pytest.mark.parametrize(
    ("status", "is_for_good", "says"),
    [
        (401, False, "token"),
        (403, False, "token"),
        (500, False, "HTTP 500"),
        (507, False, "HTTP 507"),
        (413, True, "HTTP 413"),
        (422, True, "HTTP 422"),
    ],
)
def test_a_refusal_is_for_now_or_for_good(
    item: Spooled, status: int, is_for_good: bool, says: str
) -> None:
    def desk(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404 if request.method == "HEAD" else status)

    with pytest.raises(EvidenceError, match=says) as caught:
        store(desk).put(item)
    assert isinstance(caught.value, EvidenceLostError) is is_for_good


@pytest.mark.parametrize("offset", ["", "x", "-1", "99999999999"])
def test_nonsense_from_the_desk_is_a_fault_not_a_loop(item: Spooled, offset: str) -> None:
    def desk(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Upload-Offset": offset})

    with pytest.raises(EvidenceError, match=r"offset|Upload-Offset"):
        store(desk).put(item)


def test_what_is_gone_from_the_spool_is_lost(item: Spooled) -> None:
    item.path.unlink()
    with pytest.raises(EvidenceLostError, match="gone"):
        store(FakeDesk()).put(item)
