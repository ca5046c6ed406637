"""Real brokers on free ports: Mosquitto as `deploy/mosquitto.conf` sets it up, and the demo's."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Literal, Self

import pytest

from alerts.config import MqttConfig
from deploy.broker import EmbeddedBroker
from deploy.free_port import LOOPBACK, free_port
from tests.leaks import planted

START_S = 10.0

CONF = Path(__file__).resolve().parent.parent / "deploy" / "mosquitto.conf"
USER, PASSWORD = "tester", planted("sesame-for-tests")
ONE_USER = MappingProxyType({USER: PASSWORD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may come in and do what.

    Attributes:
        passwords: By user.
        acl: The text of the `acl_file`; None: one user may do everything, under any client id.
        lines: More of the configuration, for its listener.
    """

    passwords: Mapping[str, str] = field(default_factory=lambda: ONE_USER)
    acl: str | None = None
    lines: Sequence[str] = ()


EVERYTHING = Access()


class Mosquitto:
    """Debian's Mosquitto with queues and persistence as we set them."""

    def __init__(self, folder: Path, access: Access = EVERYTHING) -> None:
        self.port = free_port()
        self.version: Literal["3.1.1", "5"] = "3.1.1"
        self.password_file = folder / "password"
        self.password_file.write_text(PASSWORD)
        conf = folder / "mosquitto.conf"
        conf.write_text(_configuration(self.port, folder, access))
        self.command = [_program("mosquitto"), "-c", str(conf)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Start it and wait until it accepts connections."""
        self._process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
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
    """A broker not started yet: `embedded`, or one of `mosquitto` and `mosquitto-5`.

    Those skip where Mosquitto is not installed; the last one is spoken to in MQTT 5.
    """
    if kind == "embedded":
        return EmbeddedBroker(free_port())
    broker = Mosquitto(folder)
    broker.version = "5" if kind == "mosquitto-5" else "3.1.1"
    return broker


def config_for(broker: Mosquitto | EmbeddedBroker) -> MqttConfig:
    """The site file's `mqtt` for a broker of ours."""
    if isinstance(broker, Mosquitto):
        return MqttConfig(
            host=LOOPBACK,
            port=broker.port,
            username=USER,
            password_file=broker.password_file,
            version=broker.version,
        )
    return MqttConfig(host=LOOPBACK, port=broker.port)


def _configuration(port: int, folder: Path, access: Access) -> str:
    """Our own configuration, at another place and with other users."""
    passwords = folder / "passwords"
    passwords.write_text("".join(f"{user}:{word}\n" for user, word in access.passwords.items()))
    subprocess.run([_program("mosquitto_passwd"), "-U", str(passwords)], check=True)
    moved = {
        "listener": "\n".join([f"listener {port} {LOOPBACK}", *access.lines]),
        "password_file": f"password_file {passwords}",
        "persistence_location": f"persistence_location {folder}/",
    }
    if access.acl is None:
        moved |= {"acl_file": "", "use_username_as_clientid": ""}
    else:
        (folder / "acl").write_text(access.acl)
        moved["acl_file"] = f"acl_file {folder}/acl"
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
