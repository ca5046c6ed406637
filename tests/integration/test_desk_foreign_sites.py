"""What another site makes an officer's browser send does nothing (CSRF): routes and sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from alerts.desk.app import app_of
from alerts.desk.desk import Desk
from alerts.desk.same_origin import SAFE_METHODS
from alerts.desk.views import Role
from tests.desk_bus import FakeBus
from tests.desk_factories import COUNTY, desk_site
from tests.desk_live import LiveDesk, live_desk
from tests.desk_routes import routes_of

FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
)
POLLING = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"


@pytest.fixture(scope="module")
def unsafe_routes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Method and path of every route that changes something."""
    folder: Path = tmp_path_factory.mktemp("routes")
    app = app_of(Desk(desk_site(folder), make_link=lambda _: FakeBus()))
    pairs = [tuple(route.split(" ", 1)) for route in routes_of(app.routes)]
    return [(pair[0], pair[1]) for pair in pairs if pair[0] not in {*SAFE_METHODS, "MOUNT", "ANY"}]


@pytest.fixture(scope="module")
def boss(
    tmp_path_factory: pytest.TempPathFactory, unsafe_routes: list[tuple[str, str]]
) -> Iterator[httpx.Client]:
    assert unsafe_routes
    live: LiveDesk
    with live_desk(tmp_path_factory.mktemp("desk")) as live, live.client("boss") as client:
        found = live.service.officers.find("boss")
        assert found is not None
        assert (found.role, found.area_id) == (Role.COUNTY_SUPERVISOR, COUNTY)
        yield client


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda headers: " ".join(headers.values()))
def test_no_route_acts_for_another_site(
    boss: httpx.Client, unsafe_routes: list[tuple[str, str]], headers: dict[str, str]
) -> None:
    for method, path in unsafe_routes:
        answer = boss.request(method, path, headers=headers, json={})
        assert (answer.status_code, answer.json()["error"]) == (403, "foreign-origin"), path
    assert boss.get("/api/session").status_code == 200


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda headers: " ".join(headers.values()))
def test_no_socket_opens_for_another_site(boss: httpx.Client, headers: dict[str, str]) -> None:
    assert boss.get(POLLING, headers=headers).status_code == 403
    assert boss.post(POLLING, headers=headers).status_code == 403
    assert boss.get(POLLING).status_code == 200
