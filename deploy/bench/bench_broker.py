"""The benchmark's broker: Mosquitto where it is installed, as on a site, else the embedded one."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.broker import EmbeddedBroker
from deploy.errors import BenchError
from deploy.free_port import LOOPBACK, free_port

START_S = 10.0
STOP_S = 5.0
ATTEMPTS = 3
LOG = "mosquitto.log"

CONFIGURATION = """\
user root
listener {port} {host}
allow_anonymous true
persistence false
max_queued_messages 0
max_inflight_messages 2000
log_type error
"""
"""What `deploy/mosquitto.conf` says, less passwords and disk.

Started as root it stays so: a change of user would clear the signal that ends it with us (prctl(2),
PR_SET_PDEATHSIG). Started as anybody else it never changes.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningBroker:
    """A broker that accepts connections; `pid` is None for the embedded one."""

    name: str
    port: int
    pid: int | None


def broker_name() -> str:
    """Which broker it will be."""
    return "rumqttd" if _program() is None else "mosquitto"


def _program() -> str | None:
    return shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


@contextmanager
def bench_broker(folder: Path) -> Iterator[RunningBroker]:
    """A broker on the loopback interface; its configuration lies in `folder`.

    Raises:
        BenchError: Mosquitto does not come up.
    """
    program = _program()
    if program is None:
        with EmbeddedBroker() as broker:
            yield RunningBroker(name="rumqttd", port=broker.port, pid=None)
        return
    with _mosquitto(program, folder) as running:
        yield running


@contextmanager
def _mosquitto(program: str, folder: Path) -> Iterator[RunningBroker]:
    for _ in range(ATTEMPTS):  # a free port may be taken before Mosquitto binds it
        with _started(program, folder) as (process, port):
            if _is_open(process, port):
                yield RunningBroker(name="mosquitto", port=port, pid=process.pid)
                return
    said = (folder / LOG).read_text(encoding="utf-8", errors="replace").strip()
    raise BenchError(f"Mosquitto does not accept connections: {said or 'it says nothing'}")


@contextmanager
def _started(program: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    file = folder / "mosquitto.conf"
    file.write_text(CONFIGURATION.format(port=port, host=LOOPBACK), encoding="ascii")
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - found above, our own file
            [*_with_parent(), program, "-c", str(file)],
            stdin=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process, port
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _with_parent() -> list[str]:
    """Mosquitto does not watch its stdin; util-linux ends it with us, however we end."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def _is_open(process: subprocess.Popen[bytes], port: int) -> bool:
    """Whether it accepts connections in time."""
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((LOOPBACK, port), timeout=0.5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False
