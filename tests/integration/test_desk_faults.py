"""One shape for every refusal of REST, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from alerts.desk.views import Role
from tests.desk_factories import COUNTY, PASSWORD, add_officer
from tests.desk_live import NODE_TOKEN, LiveDesk, live_desk
from tests.leaks import planted

SECRET = planted("a-word-nobody-may-read-again")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDesk]:
    with live_desk(tmp_path_factory.mktemp("desk")) as live:
        yield live


@pytest.fixture
def officer(desk: LiveDesk) -> Iterator[httpx.Client]:
    with desk.client("li.na") as client:
        yield client


def check_shape(answer: httpx.Response, status: int, error: str) -> None:
    fault = answer.json()
    assert (answer.status_code, fault["error"]) == (status, error)
    assert set(fault) == {"error", "zh", "en", "detail"}
    assert any("\u4e00" <= sign <= "\u9fff" for sign in fault["zh"])
    assert fault["en"].isascii()


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"{", 400, "malformed"),
        (b"\xff\xfe", 400, "malformed"),
        (b"[" * 100_000, 400, "malformed"),
        (b'{"name": "\\ud800", "password": "x"}', 422, "bad-request"),
        (b'{"name": 1e999, "password": "x"}', 422, "bad-request"),
        (b'{"name": "x", "\\ud800": 1, "password": "x"}', 422, "bad-request"),
        (b"", 422, "bad-request"),
        (b"null", 422, "bad-request"),
    ],
)
def test_no_body_makes_the_desk_stumble(
    desk: LiveDesk, body: bytes, status: int, error: str
) -> None:
    with desk.client() as stranger:
        answer = stranger.post(
            "/api/session", content=body, headers={"Content-Type": "application/json"}
        )
    check_shape(answer, status, error)


@pytest.mark.parametrize("version", ["1e999", "NaN", "-Infinity", "1.5", '"\\ud800"', "0"])
def test_a_version_that_is_no_number_is_not_right(officer: httpx.Client, version: str) -> None:
    answer = officer.post(
        "/api/cases/x/accept",
        content=f'{{"expected_version": {version}}}',
        headers={"Content-Type": "application/json"},
    )
    check_shape(answer, 422, "bad-request")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "password": SECRET},
        {"name": "li.na", "password": SECRET * 10},
        {"name": "li.na", "password": {"is": SECRET}},
        {"name": "li.na", "password": "x", SECRET: "x"},
    ],
)
def test_what_was_sent_is_not_sent_back(desk: LiveDesk, body: dict[str, object]) -> None:
    with desk.client() as stranger:
        answer = stranger.post("/api/session", json=body)
    check_shape(answer, 422, "bad-request")
    assert SECRET not in answer.text


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "path", ["/api/", "/api/nothing", "/api/cases/x/y/z", "/api/evidence/xyz/"]
)
def test_an_unknown_path_is_said_in_our_shape(
    officer: httpx.Client, method: str, path: str
) -> None:
    check_shape(officer.request(method, path), 404, "no-such-path")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/session", "DELETE, GET, PATCH, POST"),
        ("DELETE", "/api/cases/x", "GET"),
        ("POST", "/api/cases/x/evidence/clip", "GET, HEAD"),
        ("GET", f"/api/evidence/{'a' * 64}", "HEAD, PUT"),
    ],
)
def test_a_wrong_method_names_the_right_ones(
    officer: httpx.Client, method: str, path: str, allowed: str
) -> None:
    answer = officer.request(method, path)
    check_shape(answer, 405, "wrong-method")
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_body_that_is_too_large_is_said_in_our_shape(desk: LiveDesk, is_announced: bool) -> None:
    whole = b"x" * 1_100_000
    content = whole if is_announced else iter([whole[:600_000], whole[600_000:]])
    with desk.client() as stranger:
        answer = stranger.post(
            "/api/session", content=content, headers={"Content-Type": "application/json"}
        )
    check_shape(answer, 413, "too-large")


def test_an_upload_that_is_too_large_is_said_in_our_shape(desk: LiveDesk) -> None:
    headers = {"Authorization": f"Bearer {NODE_TOKEN}", "Content-Range": "bytes 0-9/300000000"}
    with desk.client() as node:
        answer = node.put(f"/api/evidence/{'c' * 64}", content=b"0123456789", headers=headers)
    check_shape(answer, 413, "too-large")


def test_another_site_is_refused_in_our_shape(officer: httpx.Client) -> None:
    answer = officer.delete("/api/session", headers={"Origin": "https://evil.example"})
    check_shape(answer, 403, "foreign-origin")


def test_a_database_that_is_away_is_said_without_its_words(
    desk: LiveDesk, officer: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError(SECRET, {}, OSError(SECRET))

    monkeypatch.setattr(desk.service, "areas", away)
    answer = officer.get("/api/areas")
    check_shape(answer, 503, "store-away")
    assert "retry-after" in answer.headers
    assert SECRET not in answer.text


def test_the_document_names_our_shape_and_no_other(officer: httpx.Client) -> None:
    document = officer.get("/api/openapi.json").json()
    assert "HTTPValidationError" not in json.dumps(document)
    for path, methods in document["paths"].items():
        for operation in methods.values():
            if path.startswith("/api/"):
                assert {"400", "413", "422", "503"} <= set(operation["responses"]), path


def test_no_character_is_a_fault_of_the_database(database_url: str, tmp_path: Path) -> None:
    with live_desk(tmp_path, database=database_url) as live, live.client("li.na") as officer:
        live.open_case()
        for query in ("camera=a%00", "area=a%00", "camera=%ff", "cursor=a%00"):
            check_shape(officer.get(f"/api/cases?{query}"), 422, "bad-request")
        assert officer.get("/api/cases?q=a%00").status_code == 200
        check_shape(officer.get("/api/cases/a%00"), 404, "case-not-found")
        for name in ("li.na\0", "\0", "李娜"):
            answer = officer.post("/api/session", json={"name": name, "password": PASSWORD})
            check_shape(answer, 401, "sign-in-failed")
        form = {"name": "li.na\0", "password": PASSWORD}
        assert officer.post("/login", data=form).status_code == 200


def test_no_cursor_is_a_fault_of_the_database(database_url: str, tmp_path: Path) -> None:
    before_all_time = "MDAwMS0wMS0wMVQwMDowMDowMCswODowMCAx"  # 0001-01-01T00:00:00+08:00 1
    with live_desk(tmp_path, database=database_url) as live:
        add_officer(live.service.officers, "clerk", role=Role.VILLAGE_OFFICER, area_id=COUNTY)
        with live.client("clerk") as officer:
            answer = officer.get("/api/cases", params={"cursor": before_all_time})
        check_shape(answer, 422, "bad-request")
