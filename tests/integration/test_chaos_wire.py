"""The proxy of the chaos run does to a connection what each way of cutting it says."""

from __future__ import annotations

import socket
import socketserver
from collections.abc import Iterator
from contextlib import closing
from threading import Thread

import pytest

from deploy.free_port import LOOPBACK
from tests.acceptance.chaos.wire import Cut, Wire

SHORT_S = 0.3
PATIENCE_S = 5.0


class Echo(socketserver.BaseRequestHandler):
    """Sends back what came, and counts it."""

    def handle(self) -> None:
        assert isinstance(self.server, EchoServer)
        while data := self.request.recv(100):
            self.server.heard += data
            self.request.sendall(data)


class EchoServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    heard = b""


@pytest.fixture
def server() -> Iterator[EchoServer]:
    with EchoServer((LOOPBACK, 0), Echo) as server:
        thread = Thread(target=server.serve_forever, name="echo")
        thread.start()
        yield server
        server.shutdown()
        thread.join(PATIENCE_S)


@pytest.fixture
def wire(server: EchoServer) -> Iterator[Wire]:
    wire = Wire("test", server.server_address[1])
    wire.start(LOOPBACK)
    yield wire
    wire.stop()
    wire.stop()


@pytest.fixture
def client(wire: Wire) -> Iterator[socket.socket]:
    """A connection that has carried something."""
    with closing(socket.create_connection((wire.address, wire.port), PATIENCE_S)) as client:
        client.sendall(b"a")
        assert client.recv(100) == b"a"
        yield client


def says_nothing(client: socket.socket) -> bool:
    client.settimeout(SHORT_S)
    try:
        client.recv(100)
    except TimeoutError:
        return True
    finally:
        client.settimeout(PATIENCE_S)
    return False


def is_over(client: socket.socket) -> bool:
    try:
        return client.recv(100) == b""
    except ConnectionResetError:
        return True


def test_a_reset_ends_connections_and_lets_none_in(wire: Wire, client: socket.socket) -> None:
    wire.cut(Cut.RESET)
    assert is_over(client)
    with closing(socket.create_connection((wire.address, wire.port), PATIENCE_S)) as late:
        assert is_over(late)


@pytest.mark.parametrize("how", [Cut.STALL, Cut.ONE_WAY])
def test_what_is_held_arrives_later(wire: Wire, client: socket.socket, how: Cut) -> None:
    wire.cut(how)
    client.sendall(b"b")
    assert says_nothing(client)
    wire.heal()
    assert client.recv(100) == b"b"


@pytest.mark.parametrize(("how", "heard"), [(Cut.STALL, b"a"), (Cut.ONE_WAY, b"ab")])
def test_only_one_way_lets_the_broker_hear(
    wire: Wire, client: socket.socket, server: EchoServer, how: Cut, heard: bytes
) -> None:
    wire.cut(how)
    client.sendall(b"b")
    assert says_nothing(client)
    assert server.heard == heard


def test_what_is_swallowed_never_arrives(
    wire: Wire, client: socket.socket, server: EchoServer
) -> None:
    wire.cut(Cut.SWALLOW)
    client.sendall(b"b")
    assert says_nothing(client)
    wire.heal()
    assert is_over(client)
    assert server.heard == b"a"
