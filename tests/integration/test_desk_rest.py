"""REST over real HTTP, and its guards."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from alerts.desk.cookie import SESSION_COOKIE
from tests.desk_factories import PASSWORD, YARD
from tests.desk_live import LiveDesk, live_desk


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


def test_health_is_open_to_all_and_says_what_works(desk: LiveDesk, stranger: httpx.Client) -> None:
    assert stranger.get("/healthz").status_code == 200
    ready = stranger.get("/readyz")
    assert (ready.status_code, ready.json()["is_bus_connected"]) == (200, True)
    connection, desk.bus.connection = desk.bus.connection, None
    assert stranger.get("/readyz").status_code == 503
    assert not desk.service.is_bus_connected()
    desk.bus.connection = connection
    assert desk.service.is_bus_connected()


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger: httpx.Client) -> None:
    answer = stranger.post("/api/session", json={"name": "li.na", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "password" not in answer.text
    assert stranger.get("/api/session").json()["area_id"] == "620725101"
    token = stranger.cookies[SESSION_COOKIE]
    assert stranger.delete("/api/session").status_code == 204
    stranger.cookies.set(SESSION_COOKIE, token)
    assert stranger.get("/api/session").status_code == 401


def test_a_wrong_password_says_no_more_than_a_wrong_name(stranger: httpx.Client) -> None:
    answers = [
        stranger.post("/api/session", json={"name": name, "password": "not the password"})
        for name in ("boss", "nobody")
    ]
    assert [each.status_code for each in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/session"),
        ("PATCH", "/api/session"),
        ("GET", "/api/cases"),
        ("GET", "/api/cases/x"),
        ("POST", "/api/cases/x/accept"),
        ("POST", "/api/cases/x/close"),
        ("POST", "/api/cases/x/false-alarm"),
        ("POST", "/api/cases/x/note"),
        ("POST", "/api/cases"),
        ("GET", "/api/cases/x/recipients"),
        ("POST", "/api/cases/x/dispatch"),
        ("POST", "/api/cases/x/start"),
        ("POST", "/api/cases/x/report"),
        ("POST", "/api/cases/x/send-back"),
        ("POST", "/api/cases/x/hand-over"),
        ("POST", "/api/cases/x/release"),
        ("POST", "/api/cases/x/reopen"),
        ("POST", "/api/cases/x/follow-up"),
        ("POST", "/api/cases/x/supervise"),
        ("POST", "/api/cases/x/extend"),
        ("POST", "/api/cases/x/merge"),
        ("POST", "/api/cases/x/split"),
        ("POST", "/api/cases/x/relate"),
        ("GET", "/api/cameras/x/cases"),
        ("GET", "/api/cases/x/evidence/snapshot"),
        ("GET", "/api/cases/x/thumbnail"),
        ("GET", "/api/cameras"),
        ("GET", "/api/nodes"),
        ("GET", "/api/areas"),
        ("GET", "/api/register"),
        ("GET", "/api/register/export"),
        ("HEAD", f"/api/evidence/{'a' * 64}"),
        ("PUT", f"/api/evidence/{'a' * 64}"),
    ],
)
def test_nothing_is_told_without_a_session(stranger: httpx.Client, method: str, path: str) -> None:
    stranger.cookies.set(SESSION_COOKIE, "invented")
    assert stranger.request(method, path).status_code == 401


def test_every_route_of_the_api_is_in_the_table_above(officer: httpx.Client) -> None:
    paths = officer.get("/api/openapi.json").json()["paths"]
    covered = {mark.args[1][n][1] for mark in pytestmark_of() for n in range(len(mark.args[1]))}
    open_to_all = {"/healthz", "/readyz"}
    for path in paths:
        example = path.replace("{code}", "x").replace("{kind}", "snapshot").replace("{camera}", "x")
        assert example.replace("{sha256}", "a" * 64) in covered | open_to_all, path


def pytestmark_of() -> list[pytest.Mark]:
    marks: list[pytest.Mark] = test_nothing_is_told_without_a_session.pytestmark  # type: ignore[attr-defined] # pytest sets it
    return marks


def test_a_case_goes_its_way_over_rest(desk: LiveDesk, officer: httpx.Client) -> None:
    code = desk.open_case()
    page = officer.get("/api/cases", params={"status": "pending", "limit": 1}).json()
    assert page["rows"][0]["code"] == code
    assert page["counts"]["pending"] >= 1
    accepted = officer.post(f"/api/cases/{code}/accept", json={"expected_version": 1})
    assert (accepted.status_code, accepted.json()["status"]) == (200, "accepted")
    again = officer.post(f"/api/cases/{code}/accept", json={"expected_version": 1})
    assert (again.status_code, again.json()["error"]) == (409, "case-conflict")
    wrong = officer.post(f"/api/cases/{code}/accept", json={"expected_version": 2})
    assert (wrong.status_code, wrong.json()["error"]) == (409, "illegal-transition")
    assert officer.post(f"/api/cases/{code}/note", json={"note": "在路上"}).status_code == 201
    closing = {"expected_version": 2, "verdict": "true", "note": "已劝离"}
    assert officer.post(f"/api/cases/{code}/close", json=closing).json()["status"] == "closed"
    view = officer.get(f"/api/cases/{code}").json()
    assert [each["kind"] for each in view["journal"]] == ["opened", "moved", "note", "moved"]
    assert "note" in view["actions"]
    assert "accept" not in view["actions"]


def test_a_false_alarm_needs_a_reason(desk: LiveDesk, officer: httpx.Client) -> None:
    path = f"/api/cases/{desk.open_case()}/false-alarm"
    blank = officer.post(path, json={"expected_version": 1, "note": "  "})
    assert (blank.status_code, blank.json()["error"]) == (422, "bad-request")
    assert officer.post(path, json={"expected_version": 1, "note": "树影"}).status_code == 200


def test_another_towns_case_is_not_found(desk: LiveDesk, officer: httpx.Client) -> None:
    code = desk.open_case(camera=YARD)
    answers = [
        officer.get(f"/api/cases/{code}"),
        officer.get(f"/api/cases/{code}/evidence/snapshot"),
        officer.post(f"/api/cases/{code}/accept", json={"expected_version": 1}),
    ]
    assert {each.status_code for each in answers} == {404}
    with desk.client("other") as neighbour:
        assert neighbour.get(f"/api/cases/{code}").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({}, 201),
    ],
)
def test_other_sites_cannot_act_with_an_officers_cookie(
    desk: LiveDesk, officer: httpx.Client, headers: dict[str, str], status: int
) -> None:
    code = desk.open_case()
    answer = officer.post(f"/api/cases/{code}/note", json={"note": "x"}, headers=headers)
    assert answer.status_code == status


def test_every_answer_carries_the_guarding_headers(stranger: httpx.Client) -> None:
    for path in ("/healthz", "/api/cases", "/login", "/no-such-page"):
        headers = stranger.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert stranger.get("/api/cases").headers["cache-control"] == "private, no-store"


def test_a_body_without_end_is_refused(stranger: httpx.Client) -> None:
    answer = stranger.post("/api/session", content=b"x" * 1_100_000)
    assert answer.status_code == 413
