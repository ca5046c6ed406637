"""Real brokers on free ports: Mosquitto as `deploy/mosquitto.conf` sets it up, and the demo's."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from alerts.config import MqttConfig
from deploy.broker import EmbeddedBroker
from deploy.free_port import LOOPBACK, free_port

START_S = 10.0

CONF = Path(__file__).resolve().parent.parent / "deploy" / "mosquitto.conf"
USER, PASSWORD = "tester", "sesame-for-tests"


class Mosquitto:
    """Debian's Mosquitto with queues and persistence as we set them."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.password_file = folder / "password"
        self.password_file.write_text(PASSWORD)
        conf = folder / "mosquitto.conf"
        conf.write_text(_configuration(self.port, folder))
        self._command = [_program("mosquitto"), "-c", str(conf)]
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


def config_for(broker: Mosquitto | EmbeddedBroker) -> MqttConfig:
    """The site file's `mqtt` for a broker of ours."""
    if isinstance(broker, Mosquitto):
        return MqttConfig(
            host=LOOPBACK, port=broker.port, username=USER, password_file=broker.password_file
        )
    return MqttConfig(host=LOOPBACK, port=broker.port)


def _configuration(port: int, folder: Path) -> str:
    """Our own configuration, at another place and with one user."""
    passwords = folder / "passwords"
    subprocess.run(
        [_program("mosquitto_passwd"), "-b", "-c", str(passwords), USER, PASSWORD], check=True
    )
    moved = {
        "listener": f"listener {port} {LOOPBACK}",
        "password_file": f"password_file {passwords}",
        "persistence_location": f"persistence_location {folder}/",
    }
    lines = CONF.read_text().splitlines()
    ours = [moved.get(line.partition(" ")[0], line) for line in lines]
    # started by root, it would become the user mosquitto, who may not write here
    return "\n".join([*ours, "user root", ""])


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if found is None:
        pytest.skip(f"{name} is missing: apt-get install mosquitto")
    return found


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=0.5).close()
    except OSError:
        return False
    return True
