"""Everything that runs, and what is broken of it until when."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.free_port import LOOPBACK, free_port
from deploy.rtsp_server import RtspServer
from deploy.samples.cameras import FOLDER
from tests.acceptance.chaos.database import Kind, open_database
from tests.acceptance.chaos.disk import SmallDisk
from tests.acceptance.chaos.kept import keep_from_now_on
from tests.acceptance.chaos.link import Link
from tests.acceptance.chaos.part import Part
from tests.acceptance.chaos.site import EVIDENCE, Places, write_site
from tests.acceptance.chaos.stored import StoreWatch
from tests.acceptance.chaos.wire import Cut, Wire
from tests.brokers import Mosquitto

LOOK_S = 0.05
SWEEP_S = 10.0
PROGRAM = (sys.executable, "-c", "from deploy.cli import main; main()")


class World:
    """Streams, broker, desk and node over one folder, which may be of a run before."""

    def __init__(self, folder: Path, database: Kind) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.disk = SmallDisk(folder / "node")
        self.outbox = self.disk.folder / "outbox.db"
        self.evidence = StoreWatch(folder / EVIDENCE, folder / "evidence-seen.jsonl")
        mosquitto = Mosquitto(folder)
        self.broker = Part("broker", mosquitto.command, folder / "broker.log")
        self.streams = RtspServer(FOLDER)
        self.link = Link()
        self._folder = folder
        self._wires = {name: Wire(name, mosquitto.port) for name in ("node", "desk")}
        self._password = mosquitto.password_file
        self.node_port = free_port()
        self.node = self._part("node", "run")
        self.desk = self._part("desk", "desk")
        self.database = open_database(database, folder)
        self._healing: dict[str, float] = {}
        self._swept_at = 0.0
        self._stack = ExitStack()

    def _part(self, name: str, command: str) -> Part:
        site = self._folder / f"{name}.yaml"
        return Part(name, [*PROGRAM, command, str(site)], self._folder / f"{name}.log")

    @property
    def parts(self) -> tuple[Part, ...]:
        """In the order in which they are started."""
        server = self.database.server
        return (*(() if server is None else (server,)), self.broker, self.desk, self.node)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.streams)
            stack.enter_context(self.link)
            self.desk.prefix = self.link.prefix
            for name, wire in self._wires.items():
                stack.callback(wire.stop)
                wire.start(self.link.address if name == "desk" else LOOPBACK)
            self._write_sites()
            keep_from_now_on(self.outbox)
            for part in self.parts:
                stack.callback(part.end, signal.SIGKILL, 0.0)
                part.tick(time.monotonic())
                if part is self.database.server:
                    self.database.wait_until_ready()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _write_sites(self) -> None:
        places = Places(
            folder=self._folder,
            desk=f"{self.link.inside}:{free_port()}",
            node_port=self.node_port,
            rtsp_port=self.streams.port,
            password=self._password,
            database=self.database.url,
        )
        for name, wire in self._wires.items():
            data = self.disk.folder if name == "node" else self._folder
            write_site(name, places, data=data, mqtt=(wire.address, wire.port))

    def cut(self, name: str, how: Cut, until: float) -> None:
        """Cut the way of `node` or `desk` to the broker."""
        self._wires[name].cut(how)
        self._heal_at(name, until)

    def pull_cable(self, until: float) -> None:
        """No packet between desk and broker."""
        self.link.pull()
        self._heal_at("link", until)

    def lose_packets(self, until: float) -> None:
        """Not every packet arrives at the desk."""
        self.link.lose()
        self._heal_at("link", until)

    def fill_disk(self, leaving: int, until: float) -> None:
        """Fill the node's disk."""
        self.disk.fill(leaving)
        self._heal_at("disk", until)

    def _heal_at(self, name: str, until: float) -> None:
        self._healing[name] = max(self._healing.get(name, 0.0), until)

    @property
    def skipped(self) -> tuple[str, ...]:
        """Kinds of faults that this machine cannot do; known once it runs."""
        able = {
            "full-disk": self.disk.is_mounted,
            "pull-cable": self.link.is_real,
            "lose-packets": self.link.can_lose,
        }
        return tuple(name for name, is_able in able.items() if not is_able)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is broken just now."""
        return not self._healing and all(part.is_whole for part in self.parts)

    @property
    def has_spooled(self) -> bool:
        """Whether evidence waits on the node for its store."""
        return any(self.disk.folder.glob("spool/*"))

    def wait(self, seconds: float) -> None:
        """Let time pass, and heal what is due meanwhile."""
        until = time.monotonic() + seconds
        while (now := time.monotonic()) < until:
            for name in [name for name, at in self._healing.items() if now >= at]:
                self._mend(name)
            for part in self.parts:
                part.tick(now)
            if now - self._swept_at > SWEEP_S:
                self._swept_at = now
                self.evidence.sweep()
            time.sleep(LOOK_S)

    def heal(self) -> None:
        """Everything, at once."""
        for name in list(self._healing):
            self._mend(name)
        for part in self.parts:
            part.heal()

    def _mend(self, name: str) -> None:
        del self._healing[name]
        healed = {"disk": self.disk.heal, "link": self.link.heal}
        healed |= {end: wire.heal for end, wire in self._wires.items()}
        healed[name]()

    def remove(self) -> None:
        """What is not in the run's folder, or mounted there; the run is over."""
        self.disk.unmount()
        self.database.remove()
