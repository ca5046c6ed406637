"""Evidence over real HTTP: uploads by nodes, pictures for officers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import httpx
import pytest

from tests.desk_live import NODE_TOKEN, LiveDesk, live_desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDesk]:
    with live_desk(tmp_path_factory.mktemp("desk")) as live:
        yield live


@pytest.fixture
def officer(desk: LiveDesk) -> Iterator[httpx.Client]:
    with desk.client("li.na") as client:
        yield client


@pytest.fixture
def stranger(desk: LiveDesk) -> Iterator[httpx.Client]:
    with desk.client() as client:
        yield client


def bearer(token: str = NODE_TOKEN) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def put_part(
    client: httpx.Client, content: bytes, first: int, last: int, *, sha256: str | None = None
) -> httpx.Response:
    name = sha256 or hashlib.sha256(content).hexdigest()
    headers = bearer() | {"Content-Range": f"bytes {first}-{last}/{len(content)}"}
    return client.put(f"/api/evidence/{name}", content=content[first : last + 1], headers=headers)


def test_an_upload_resumes_where_it_broke_off(stranger: httpx.Client) -> None:
    content = bytes(range(256)) * 8192  # 2 MiB
    path = f"/api/evidence/{hashlib.sha256(content).hexdigest()}"
    assert stranger.head(path, headers=bearer()).status_code == 404
    first = put_part(stranger, content, 0, 999_999)
    assert (first.status_code, first.headers["upload-offset"]) == (202, "1000000")
    assert stranger.head(path, headers=bearer()).headers["upload-offset"] == "1000000"
    wrong = put_part(stranger, content, 500_000, 1_499_999)
    assert (wrong.status_code, wrong.headers["upload-offset"]) == (409, "1000000")
    assert put_part(stranger, content, 1_000_000, len(content) - 1).status_code == 201
    assert stranger.head(path, headers=bearer()).headers["upload-offset"] == str(len(content))
    assert put_part(stranger, content, 0, 10).status_code == 201


def test_an_upload_that_is_not_what_it_says_begins_again(stranger: httpx.Client) -> None:
    answer = put_part(stranger, b"not that", 0, 7, sha256="b" * 64)
    assert (answer.status_code, answer.headers["upload-offset"]) == (409, "0")
    assert stranger.head(f"/api/evidence/{'b' * 64}", headers=bearer()).status_code == 404


@pytest.mark.parametrize(
    ("content_range", "status"),
    [
        ("bytes 0-9/300000000", 413),
        ("bytes 9-0/10", 400),
        ("bytes 0-10/10", 400),
        ("bytes 0-4/20", 400),  # the body is longer
        ("items 0-9/10", 400),
    ],
)
def test_an_impossible_range_is_refused_for_good(
    stranger: httpx.Client, content_range: str, status: int
) -> None:
    headers = bearer() | {"Content-Range": content_range}
    answer = stranger.put(f"/api/evidence/{'c' * 64}", content=b"0123456789", headers=headers)
    assert answer.status_code == status


def test_only_nodes_upload(officer: httpx.Client) -> None:
    path = f"/api/evidence/{'d' * 64}"
    assert officer.head(path).status_code == 401
    assert officer.head(path, headers=bearer("guessed")).status_code == 401
    assert officer.head("/api/evidence/../../etc/passwd", headers=bearer()).status_code == 404


def test_stored_evidence_is_served_through_its_case_only(
    desk: LiveDesk, officer: httpx.Client
) -> None:
    picture = b"\xff\xd8 a picture"
    sha256 = hashlib.sha256(picture).hexdigest()
    assert put_part(officer, picture, 0, len(picture) - 1).status_code == 201
    reference = {
        "kind": "snapshot",
        "state": "stored",
        "sha256": sha256,
        "bytes": len(picture),
        "media_type": "text/html",  # whatever a message claims
    }
    code = desk.open_case(evidence=[reference])
    url = officer.get(f"/api/cases/{code}").json()["evidence"][0]["url"]
    whole = officer.get(url)
    assert (whole.content, whole.headers["content-type"]) == (picture, "image/jpeg")
    part = officer.get(url, headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, picture[2:5])
    assert officer.get(f"/api/cases/{code}/evidence/clip").json()["error"] == "evidence-missing"
    assert officer.get(f"/api/evidence/{sha256}").status_code == 405
    head = officer.head(url)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(picture)))
    assert head.headers["content-type"] == "image/jpeg"
    with desk.client("other") as neighbour:
        assert neighbour.get(url).status_code == 404
