"""RTP over UDP through a relay that loses packets."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterable, Iterator

HOST = "127.0.0.1"
TRIES = 50

Alter = Callable[[bytes], bytes | None]
"""The packet as it goes on; None when it is lost."""


class _Port(asyncio.DatagramProtocol):
    """Hands what arrives to the opposite port, which sends it on to `peer`."""

    def __init__(self, alter: Alter) -> None:
        self._alter = alter
        self.opposite: _Port | None = None
        self.peer: tuple[str, int] | None = None
        self.transport: asyncio.DatagramTransport | None = None

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        altered = self._alter(data)
        if altered is not None and self.opposite is not None:
            self.opposite.send(altered)

    def send(self, data: bytes) -> None:
        if self.peer is not None and self.transport is not None:
            self.transport.sendto(data, self.peer)


class UdpRelay:
    """Two ports for the server (in place of the client's) and two for the client.

    Attributes:
        client_side: Ports the client takes for the server's.
        server_side: Ports the server takes for the client's.
    """

    def __init__(self, alter: Alter) -> None:
        self._towards_client = [_Port(lambda data: data), _Port(lambda data: data)]
        self._towards_server = [_Port(alter), _Port(lambda data: data)]
        self.client_side = (0, 0)
        self.server_side = (0, 0)

    async def open(self) -> None:
        """Bind all four ports."""
        for near, far in zip(self._towards_client, self._towards_server, strict=True):
            near.opposite, far.opposite = far, near
        self.client_side = await _bind_pair(self._towards_client)
        self.server_side = await _bind_pair(self._towards_server)

    def connect(self, *, client: tuple[int, int], server: tuple[int, int]) -> None:
        """The ports where the two ends listen."""
        for index in (0, 1):
            self._towards_client[index].peer = (HOST, client[index])
            self._towards_server[index].peer = (HOST, server[index])

    def close(self) -> None:
        """Free the ports."""
        _close((*self._towards_client, *self._towards_server))


async def _bind_pair(ports: list[_Port]) -> tuple[int, int]:
    """Bind two ports in a row, as RTP and its RTCP use them."""
    for first in _even_ports():
        try:
            for index, port in enumerate(ports):
                await _bind(port, first + index)
        except OSError:
            _close(ports)
            continue
        return first, first + 1
    raise OSError("no two free ports in a row")


def _even_ports() -> Iterator[int]:
    for _ in range(TRIES):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((HOST, 0))
            number = probe.getsockname()[1]
        yield number // 2 * 2


async def _bind(port: _Port, number: int) -> None:
    loop = asyncio.get_running_loop()
    port.transport, _ = await loop.create_datagram_endpoint(lambda: port, local_addr=(HOST, number))


def _close(ports: Iterable[_Port]) -> None:
    for port in ports:
        if port.transport is not None:
            port.transport.close()
            port.transport = None
