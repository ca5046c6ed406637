"""The pages' websocket against a running server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from alerts.desk.cookie import SESSION_COOKIE
from tests.desk_factories import add_officer
from tests.desk_live import LiveDesk, live_desk

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
