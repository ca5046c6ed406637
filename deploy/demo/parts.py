"""The demo's processes, started in order and stopped within seconds."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from deploy.broker import EmbeddedBroker
from deploy.child_process import ChildProcess
from deploy.demo.log_in import TOWN, make_officers
from deploy.demo.site import NODE, Ports, write_site
from deploy.free_port import LOOPBACK, free_port
from deploy.rtsp_server import RtspServer

DESK_PORT = 8080
START_S = 45.0
STOP_S = 3.0
"""For node and desk together, side by side; Ctrl-C promises five seconds for everything."""

Say = Callable[[str], None]
Cameras = Callable[[Callable[[str], str]], list[dict[str, Any]]]
"""Makes the cameras' entries, given what makes an address of a clip's name."""


class Running(Protocol):
    """A process of the demo."""

    @property
    def is_running(self) -> bool:
        """Whether it lives."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPlan:
    """What is shown: clips in one folder, and the cameras made of them."""

    data: Path
    clips: Path
    cameras: Cameras


class DemoParts:
    """Broker, cameras, desk and node as child processes; a context manager."""

    def __init__(self, plan: DemoPlan, say: Say) -> None:
        self._plan = plan
        self._say = say
        self._stack = ExitStack()
        self._parts: dict[str, Running] = {}
        self.ports = Ports(mqtt=0, node=0, desk=0)
        self.password = ""

    def __enter__(self) -> Self:
        with ExitStack() as stack:  # what was started is stopped when a later part fails
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _start(self, stack: ExitStack) -> None:
        self._say("[1/4] 消息总线 MQTT broker")
        broker = stack.enter_context(EmbeddedBroker())
        self._say("[2/4] 摄像机 RTSP server")
        server = stack.enter_context(RtspServer(self._plan.clips))
        self.ports = Ports(mqtt=broker.port, node=free_port(), desk=_desk_port())
        site = write_site(self._plan.data, self._plan.cameras(server.url), self.ports)
        self.password = make_officers(site, self._plan.data)
        desk = ChildProcess("deploy.demo.part", self._arguments("desk", site))
        node = ChildProcess("deploy.demo.part", self._arguments("node", site))
        stack.callback(_stop_together, [node, desk])
        self._say("[3/4] 值班台 duty desk")
        desk.start(START_S)
        self._say(f"[4/4] 节点 node {NODE}")
        node.start(START_S)
        self._parts = {"broker": broker, "RTSP server": server, "desk": desk, "node": node}

    def _arguments(self, part: str, site: Path) -> Sequence[str]:
        return [part, str(site), str(self._plan.data / f"{part}.log")]

    @property
    def dead(self) -> list[str]:
        """Names of parts that have ended by themselves."""
        return [name for name, part in self._parts.items() if not part.is_running]

    @property
    def desk_url(self) -> str:
        """Where officers go."""
        return f"http://127.0.0.1:{self.ports.desk}"

    @property
    def node_url(self) -> str:
        """The node's HTTP port."""
        return f"http://127.0.0.1:{self.ports.node}"

    @property
    def log_in(self) -> tuple[str, str]:
        """Name and password of the town's officer, who sees every camera."""
        return TOWN.name, self.password


def _stop_together(children: list[ChildProcess]) -> None:
    with ThreadPoolExecutor(len(children)) as pool:
        list(pool.map(lambda child: child.stop(STOP_S), children))


def _desk_port() -> int:
    """The usual port where it is free, else any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, DESK_PORT))
        except OSError:
            return free_port()
    return DESK_PORT
