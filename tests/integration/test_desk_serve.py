"""Start and stop of a served desk."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from websockets.asyncio.client import connect

from alerts.desk.consumer import Consumer
from alerts.desk.cookie import SESSION_COOKIE
from alerts.desk.errors import ServeError, SignInError
from alerts.desk.serve import DeskServer
from alerts.desk.views import QueueFilter
from tests.desk_bus import FakeBus
from tests.desk_factories import PASSWORD, add_officer, alert_message, desk_site
from tests.desk_live import LiveDesk, live_desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDesk]:
    with live_desk(tmp_path_factory.mktemp("desk")) as live:
        yield live


def test_a_taken_port_is_said_in_one_line(desk: LiveDesk, tmp_path: Path) -> None:
    bind = desk.server.url.removeprefix("http://")
    with pytest.raises(ServeError, match=f"cannot listen on {bind}") as caught:
        DeskServer(desk_site(tmp_path, bind=bind), make_link=lambda _: FakeBus())
    assert "\n" not in str(caught.value)


def test_what_was_committed_before_a_stop_is_there_after_a_start(tmp_path: Path) -> None:
    site = desk_site(tmp_path)
    first = LiveDesk(site)
    officer = add_officer(first.service.officers, "li.na")
    code = first.open_case()
    first.server.stop()
    first.server.stop()
    assert not first.bus.is_running
    second = LiveDesk(site)
    rows = second.service.queue(officer, QueueFilter()).rows
    second.server.stop()
    assert [row.code for row in rows] == [code]


SCRIPT = """
import sys
from pathlib import Path
from alerts.desk.serve import DeskServer
from tests.desk_bus import FakeBus
from tests.desk_factories import add_officer, desk_site

server = DeskServer(desk_site(Path(sys.argv[1])), make_link=lambda _: FakeBus())
add_officer(server.desk.service.officers, "li.na")
print(server.url, flush=True)
raise SystemExit(server.run())
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_desk_in_order_although_a_page_is_open(
    tmp_path: Path, number: signal.Signals
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()

    async def scenario() -> float:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as client:
            login = {"name": "li.na", "password": PASSWORD}
            answer = await client.post("/api/session", json=login)
            cookie = {"Cookie": f"{SESSION_COOKIE}={answer.cookies[SESSION_COOKIE]}"}
        address = url.replace("http", "ws") + "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
        async with connect(address, additional_headers=cookie, proxy=None) as socket:
            await socket.recv()
            began = time.monotonic()
            process.send_signal(number)
            code = await asyncio.to_thread(process.wait, 20)
        assert code == 0
        return time.monotonic() - began

    took_s = asyncio.run(scenario())
    process.stdout.close()
    assert took_s < 5


def broken_from_the_start(folder: Path, monkeypatch: pytest.MonkeyPatch) -> DeskServer:
    def broken(_: object) -> None:
        raise LookupError("a fault of ours")

    monkeypatch.setattr(Consumer, "step", broken)
    server = DeskServer(desk_site(folder), make_link=lambda _: FakeBus())
    deadline = time.monotonic() + 10
    while server.desk.consumer.is_alive:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return server


def test_a_desk_whose_consumer_died_at_the_start_does_not_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = broken_from_the_start(tmp_path, monkeypatch)
    with pytest.raises(ServeError):
        server.start()
    assert not server.is_serving


def test_a_desk_whose_consumer_died_at_the_start_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = broken_from_the_start(tmp_path, monkeypatch)
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # pytest keeps its own
    monkeypatch.setattr(uvicorn.Server, "run", lambda *_, **__: pytest.fail("it serves"))
    assert server.run() == 1


@pytest.mark.parametrize(
    ("proxies", "is_believed"),
    [([], False), (["10.9.9.9"], False), (["127.0.0.1"], True), (["127.0.0.0/8"], True)],
)
def test_only_a_trusted_proxy_says_who_asks(
    tmp_path: Path, proxies: list[str], is_believed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = LiveDesk(desk_site(tmp_path, trusted_proxies=proxies))
    seen: list[str] = []

    def sign_in(name: str, password: str, client: str) -> None:
        seen.append(client)
        raise SignInError("wrong name or password")

    monkeypatch.setattr(live.service, "sign_in", sign_in)
    with live.client() as client:
        headers = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
        client.post("/api/session", json={"name": "a", "password": "b"}, headers=headers)
    live.server.stop()
    assert seen == ["203.0.113.7" if is_believed else "127.0.0.1"]


def test_a_dead_consumer_stops_the_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live = LiveDesk(desk_site(tmp_path))

    def broken(_: object) -> None:
        raise LookupError("a fault of ours")

    monkeypatch.setattr(live.server.desk.consumer, "_record", broken)
    live.bus.alert(alert_message())
    deadline = time.monotonic() + 15
    while live.server.is_serving:
        assert time.monotonic() < deadline, "the desk serves on without a consumer"
        time.sleep(0.02)
    live.server.stop()
