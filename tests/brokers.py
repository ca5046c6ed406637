"""Real brokers on free ports: Mosquitto as `deploy/mosquitto.conf` sets it up, and the demo's."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import pytest

from alerts.config import MqttConfig
from deploy.broker import EmbeddedBroker
from deploy.free_port import LOOPBACK, free_port

START_S = 10.0

MOSQUITTO_CONF = """
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
autosave_interval 1
autosave_on_changes true
max_queued_messages 100000
max_inflight_messages 100
message_size_limit 262144
"""


class Broker(Protocol):
    """A broker that can be stopped and started again on the same port."""

    port: int

    def start(self) -> object:
        """Start, or start again."""
        ...

    def stop(self) -> None:
        """Stop; a second call does nothing."""
        ...


class Mosquitto:
    """Debian's Mosquitto with queues and persistence as we set them."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
        if program is None:
            pytest.skip("Mosquitto is missing: apt-get install mosquitto")
        self.port = free_port()
        conf = folder / "mosquitto.conf"
        conf.write_text(MOSQUITTO_CONF.format(port=self.port, folder=folder))
        self._command = [program, "-c", str(conf)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Start it and wait until it accepts connections."""
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START_S
        while not _accepts(self.port):
            assert self._process.poll() is None, "Mosquitto ended at its start"
            assert time.monotonic() < deadline, "Mosquitto does not accept connections"
            time.sleep(0.02)
        return self

    def stop(self) -> None:
        """Stop it in order: it saves its sessions."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(START_S)
            self._process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def make_broker(kind: str, folder: Path) -> Mosquitto | EmbeddedBroker:
    """A broker not started yet: `mosquitto` (skips where it is not installed) or `embedded`."""
    return Mosquitto(folder) if kind == "mosquitto" else EmbeddedBroker(free_port())


def config_for(broker: Broker) -> MqttConfig:
    """The site file's `mqtt` for a broker of ours."""
    return MqttConfig(host=LOOPBACK, port=broker.port)


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=0.5).close()
    except OSError:
        return False
    return True
