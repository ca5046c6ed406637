"""The pages' websocket against a running server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.protocol import State

from alerts.desk.account import OfficerChange
from alerts.desk.cookie import SESSION_COOKIE
from alerts.desk.people import People
from alerts.desk.token_views import NewToken
from alerts.desk.views import Officer, Role, Scope
from tests.desk_factories import OTHER_TOWN, PASSWORD, TOWN, add_officer
from tests.desk_live import LiveDesk, live_desk
from tests.leaks import planted

SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"


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


def open_socket(desk: LiveDesk, token: str | None, *, origin: str | None = None) -> connect:
    headers = {} if token is None else {"Cookie": f"{SESSION_COOKIE}={token}"}
    url = desk.server.url.replace("http", "ws") + SOCKET
    return connect(url, additional_headers=headers, origin=origin, proxy=None)  # type: ignore[arg-type] # any word


def refusal(desk: LiveDesk, token: str | None, origin: str | None = None) -> int:
    async def attempt() -> int:
        try:
            async with open_socket(desk, token, origin=origin):
                return 101
        except InvalidStatus as error:
            return error.response.status_code

    return asyncio.run(attempt())


async def seconds_to_close(socket: ClientConnection) -> float:
    began = time.monotonic()
    async with asyncio.timeout(10):
        await socket.wait_closed()
    return time.monotonic() - began


def test_the_socket_is_refused_without_a_session(desk: LiveDesk, officer: httpx.Client) -> None:
    assert refusal(desk, None) == 403
    assert refusal(desk, "invented") == 403
    assert refusal(desk, officer.cookies[SESSION_COOKIE], "https://evil.example") == 403
    assert refusal(desk, officer.cookies[SESSION_COOKIE]) == 101
    polling = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"
    with desk.client() as stranger:
        assert stranger.get(polling).status_code == 403


def test_logging_out_closes_the_socket(desk: LiveDesk, officer: httpx.Client) -> None:
    async def closed_after_s(socket: ClientConnection) -> float:
        await asyncio.to_thread(officer.delete, "/api/session")
        return await seconds_to_close(socket)

    async def scenario() -> float:
        async with open_socket(desk, officer.cookies[SESSION_COOKIE]) as socket:
            hello = await asyncio.wait_for(socket.recv(), 10)
            assert str(hello).startswith("0{")  # Engine.IO's own greeting
            return await closed_after_s(socket)

    assert asyncio.run(scenario()) < 5


def test_a_disabled_officers_socket_is_closed_within_five_seconds(desk: LiveDesk) -> None:
    add_officer(desk.service.officers, "leaver")
    with desk.client("leaver") as leaver:
        token = leaver.cookies[SESSION_COOKIE]

    async def scenario() -> float:
        async with open_socket(desk, token) as socket:
            await socket.recv()
            desk.service.officers.disable("leaver")
            return await seconds_to_close(socket)

    assert asyncio.run(scenario()) < 5


ANOTHER = planted("quite another password")
Deed = Callable[[People, Officer, Officer], object]
DEEDS: dict[str, Deed] = {
    "role": lambda p, boss, _: p.change(boss, "target", OfficerChange(role=Role.GRID_WORKER)),
    "area": lambda p, boss, _: p.change(boss, "target", OfficerChange(area_id=OTHER_TOWN)),
    "department": lambda p, boss, _: p.change(boss, "target", OfficerChange(department="消防")),
    "lock": lambda p, boss, _: p.lock(boss, "target"),
    "reset": lambda p, boss, _: p.reset_password(boss, "target", ANOTHER),
    "own password": lambda p, _, me: p.change_password(
        me, "elsewhere", old=PASSWORD, new=ANOTHER, client="10.0.0.9"
    ),
    "signed out everywhere": lambda p, _, me: p.sign_out_everywhere(me),
}


@pytest.fixture
def target(desk: LiveDesk) -> Officer:
    """An officer as everybody knows them, whatever the test before did."""
    officers = desk.service.officers
    if officers.find("target") is None:
        return add_officer(officers, "target")
    officers.enable("target")
    officers.set_password("target", PASSWORD)
    was = OfficerChange(role=Role.TOWN_OFFICER, area_id=TOWN, department="")
    return officers.change("target", was)


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_a_changed_account_closes_its_open_pages_within_five_seconds(
    desk: LiveDesk, target: Officer, deed: Deed
) -> None:
    boss = desk.service.officers.find("boss")
    assert boss is not None
    with desk.client("target") as client, desk.client("li.na") as colleague:
        tokens = [each.cookies[SESSION_COOKIE] for each in (client, colleague)]

        async def scenario() -> tuple[float, bool]:
            async with (
                open_socket(desk, tokens[0]) as socket,
                open_socket(desk, tokens[1]) as other,
            ):
                await socket.recv()
                await other.recv()
                began = time.monotonic()
                await asyncio.to_thread(deed, desk.service.people, boss, target)
                await seconds_to_close(socket)
                return time.monotonic() - began, other.state is State.OPEN

        elapsed, is_other_open = asyncio.run(scenario())
        assert elapsed < 5
        assert is_other_open
        assert refusal(desk, tokens[0]) == 403
        assert client.get("/api/cases").status_code == 401


def test_an_api_token_opens_no_page(desk: LiveDesk) -> None:
    boss = desk.service.officers.find("boss")
    assert boss is not None
    add_officer(desk.service.officers, "platform", role=Role.INTEGRATOR)
    scopes = frozenset(Scope)
    made = desk.service.tokens.add(boss, NewToken(account="platform", name="x", scopes=scopes))
    assert refusal(desk, planted(made.secret)) == 403
