"""Streams, proxies, broker, desk and node of a soak."""

from __future__ import annotations

import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml

from deploy.bench.node_totals import node_totals
from tests.acceptance.chaos.part import Part
from tests.acceptance.soak.footage import write_busy, write_quiet
from tests.acceptance.soak.holding import Holding, holding
from tests.acceptance.soak.site import write_site
from tests.brokers import Mosquitto
from tests.fault_proxy import FaultProxy
from tests.rtsp_server import RtspServer, file_mount

BUSY_EVERY = 8
"""One camera of so many sees people."""
STREAMING_S = 90.0
LOOK_S = 0.1
PROGRAM = (sys.executable, "-c", "from deploy.cli import main; main()")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """All of it running."""

    proxies: tuple[FaultProxy, ...]
    parts: tuple[Part, ...]
    node_url: str
    database: Path

    def tick(self) -> None:
        """Call it often: what ended by itself is started again."""
        for part in self.parts:
            part.tick(time.monotonic())

    def holdings(self) -> dict[str, Holding]:
        """Of the processes that run, by name."""
        return {part.name: holding(part.pid) for part in self.parts if part.pid is not None}

    def totals(self) -> dict[str, float]:
        """The node's counters; raises httpx.HTTPError where it does not answer."""
        return node_totals(self.node_url)

    def cases(self) -> int:
        """How many the desk opened."""
        with closing(sqlite3.connect(self.database)) as database:
            return int(database.execute("SELECT count(*) FROM cases").fetchone()[0])


@contextmanager
def running(cameras: int, folder: Path) -> Iterator[Rig]:
    """Start everything; begins when every camera streams. Skips where a server is missing."""
    mounts = {
        "/quiet": file_mount(write_quiet(folder / "quiet.mp4")),
        "/busy": file_mount(write_busy(folder / "busy.mp4")),
    }
    broker = Mosquitto(folder)
    with ExitStack() as stack:
        server = stack.enter_context(RtspServer(mounts))
        proxies = tuple(stack.enter_context(FaultProxy(server.port)) for _ in range(cameras))
        paths = ("/quiet" if number % BUSY_EVERY else "/busy" for number in range(cameras))
        urls = [proxy.url(path) for proxy, path in zip(proxies, paths, strict=True)]
        site = write_site(folder, urls, broker)
        commands = {
            "broker": broker.command,
            "desk": [*PROGRAM, "desk", str(site)],
            "node": [*PROGRAM, "run", str(site), "--shards", "1"],  # all in the process looked at
        }
        rig = Rig(
            proxies=proxies,
            parts=tuple(Part(name, how, folder / f"{name}.log") for name, how in commands.items()),
            node_url=f"http://{yaml.safe_load(site.read_text('utf-8'))['nodes'][0]['bind']}",
            database=folder / "desk.db",
        )
        for part in rig.parts:
            stack.callback(part.end, signal.SIGTERM, float("inf"))
        _wait_until_streaming(rig)
        yield rig


def _wait_until_streaming(rig: Rig) -> None:
    deadline = time.monotonic() + STREAMING_S
    streaming = 0.0
    while streaming < len(rig.proxies):
        assert time.monotonic() < deadline, f"only {streaming:g} cameras stream"
        rig.tick()
        time.sleep(LOOK_S)
        try:
            streaming = rig.totals().get("camera_streaming", 0.0)
        except httpx.HTTPError:  # not yet
            continue
