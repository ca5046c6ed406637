"""Broker, streams, desk and node of a live benchmark, as processes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from deploy.bench.bench_broker import RunningBroker, bench_broker
from deploy.bench.desk_bus import DeskBus
from deploy.bench.live_site import (
    NODE,
    SITE,
    BenchPorts,
    Watch,
    live_site,
    with_variant,
    write_site,
)
from deploy.bench.node_totals import node_totals
from deploy.bench.process_usage import Usage, usage_of
from deploy.bench.stream_plan import Playing
from deploy.bench.stream_server import StreamServer
from deploy.bench.streams import Streams
from deploy.bench.variants import EVERYTHING_ON, Variant
from deploy.child_process import ChildProcess
from deploy.errors import BenchError
from deploy.free_port import LOOPBACK, free_port

START_S = 60.0
STREAMING_S = 120.0
STOP_S = 8.0
LOOK_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRig:
    """All parts running, every camera streaming."""

    node: ChildProcess
    desk: ChildProcess
    server: StreamServer
    broker: RunningBroker
    bus: DeskBus
    node_url: str

    @property
    def playing(self) -> Playing:
        """Where the streams are."""
        return self.server.playing

    def usages(self) -> dict[str, Usage]:
        """By part; `bench` is this process, in which an embedded broker runs."""
        parts = {
            "node": self.node.pid,
            "desk": self.desk.pid,
            "server": self.server.pid,
            "broker": self.broker.pid,
        }
        used = {name: usage_of(pid) for name, pid in parts.items() if pid is not None}
        return used | {"bench": usage_of(os.getpid(), alone=True)}

    def wait(self, seconds: float) -> None:
        """Let time pass; raises BenchError as soon as a part has ended."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(LOOK_S, left))
            self.check()

    def check(self) -> None:
        """Raise BenchError where a part has ended."""
        lives = {
            "node": self.node.is_running,
            "desk": self.desk.is_running,
            "stream server": self.server.is_running,
        }
        dead = [name for name, is_running in lives.items() if not is_running]
        if dead:
            raise BenchError(f"{', '.join(dead)} ended by itself; --data DIR keeps the logs")


@contextmanager
def live_rig(
    streams: Streams,
    watch: Watch,
    *,
    cameras: int,
    data: Path,
    variant: Variant = EVERYTHING_ON,
    say: Callable[[str], None],
) -> Iterator[LiveRig]:
    """Start everything, the node as `variant` says; ends when every camera streams.

    Raises:
        BenchError: Something is missing, or a camera does not stream in time.
        ChildStartError: Desk or node cannot start.
    """
    data.mkdir(parents=True, exist_ok=True)
    server = StreamServer(streams.plan, streams.files, cameras=cameras, cache=streams.cache)
    with (
        bench_broker(data) as broker,
        DeskBus(broker.port, site=SITE, node=NODE) as bus,
        server,
    ):
        ports = BenchPorts(mqtt=broker.port, node=free_port(), desk=free_port())
        site = live_site(cameras, server.url, watch, data=data, ports=ports)
        file = write_site(with_variant(site, variant), data / "site.yaml")
        with _desk(file) as desk, _node(file, variant) as node:
            rig = LiveRig(
                node=node,
                desk=desk,
                server=server,
                broker=broker,
                bus=bus,
                node_url=f"http://{LOOPBACK}:{ports.node}",
            )
            _wait_until_streaming(rig, cameras)
            say(f"{cameras} cameras stream; broker {broker.name}")
            yield rig


def _desk(site: Path) -> AbstractContextManager[ChildProcess]:
    log = site.with_name("desk.log")
    return _running(ChildProcess("deploy.demo.part", ["desk", str(site), str(log)]))


def _node(site: Path, variant: Variant) -> AbstractContextManager[ChildProcess]:
    arguments = [variant.name, str(site), str(site.with_name("node.log"))]
    return _running(ChildProcess("deploy.bench.variant_part", arguments))


@contextmanager
def _running(child: ChildProcess) -> Iterator[ChildProcess]:
    child.start(START_S)
    try:
        yield child
    finally:
        child.stop(STOP_S)


def _wait_until_streaming(rig: LiveRig, cameras: int) -> None:
    deadline = time.monotonic() + STREAMING_S
    streaming = 0.0
    while time.monotonic() < deadline:
        rig.wait(LOOK_S)
        try:
            streaming = node_totals(rig.node_url).get("camera_streaming", 0.0)
        except httpx.HTTPError:
            continue  # a busy node answers the next time
        if streaming == cameras:
            return
    raise BenchError(f"only {streaming:g} of {cameras} cameras stream after {STREAMING_S:g} s")
