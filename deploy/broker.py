"""The embedded MQTT broker of the demo and the tests: rumqttd, in a child process.

`python -m deploy.broker --port N` serves MQTT 3.1.1 on the loopback interface until its stdin
ends. It keeps nothing on disk: sessions and retained messages are gone when it stops. A site that
matters runs Mosquitto (`deploy/mosquitto.conf`).
"""

from __future__ import annotations

import argparse
import logging
import socket
import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from iotcore import IotCoreBroker

from deploy.child_process import ChildProcess, announce_error, announce_ready, exit_with_parent
from deploy.free_port import LOOPBACK, free_port

# The library's default of 20,480 bytes ends the connection of whoever sends more, again and
# again; 256 KiB is sixteen times our largest alert message and the same limit as Mosquitto's.
MAX_PAYLOAD_BYTES = 262_144
LISTEN_TIMEOUT_S = 10.0

logger = logging.getLogger(__name__)


class EmbeddedBroker:
    """The broker as a child process; a context manager.

    Args:
        port: 0 to let it choose a free one.
    """

    def __init__(self, port: int = 0) -> None:
        self.host = LOOPBACK
        self.port = port
        self._child: ChildProcess | None = None

    @property
    def is_running(self) -> bool:
        """Whether the broker's process lives."""
        return self._child is not None and self._child.is_running

    def start(self) -> Self:
        """Start it, or again on the port it had; returns when it accepts connections.

        Raises:
            ChildStartError: the port is taken.
        """
        self._child = ChildProcess("deploy.broker", ["--port", str(self.port)])
        self.port = self._child.start()
        logger.info("MQTT broker on port %s", self.port, extra={"action": "broker-up"})
        return self

    def stop(self) -> None:
        """Stop it; sessions and retained messages are lost. Safe to call twice."""
        if self._child is not None:
            self._child.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _listen(port: int) -> None:
    """Start the native broker in threads of this process and wait until it accepts.

    Raises:
        OSError: the port is taken, or the broker does not come up.
    """
    broker = IotCoreBroker(listen=LOOPBACK, port=port, max_payload_size=MAX_PAYLOAD_BYTES)
    broker.check_ports()
    broker.start()
    deadline = time.monotonic() + LISTEN_TIMEOUT_S
    while not _accepts(port):
        if time.monotonic() > deadline:
            raise TimeoutError("the broker does not accept connections")
        time.sleep(0.02)


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the broker in this process until stdin ends; returns the exit status."""
    parser = argparse.ArgumentParser(description="an MQTT 3.1.1 broker on 127.0.0.1")
    parser.add_argument("--port", type=int, default=1883, help="0: choose a free one")
    port = parser.parse_args(arguments).port or free_port()
    # rumqttd reports every packet's tracing span as an error.
    logging.getLogger("rumqttd").setLevel(logging.CRITICAL)
    try:
        _listen(port)
    except OSError as error:
        announce_error(f"MQTT broker: {error}")
        return 1
    announce_ready(port)
    exit_with_parent().join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
