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
from websockets.asyncio.client import connect

from alerts.desk.cookie import SESSION_COOKIE
from alerts.desk.errors import ServeError
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
