"""A proxy between cameras and their RTSP server, with every fault of a network.

Its event loop runs on a thread of its own; the faults are set from the test's thread.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

from tests.fault_connection import HOST, FaultConnection
from tests.rtsp_wire import LIMIT
from tests.stream_faults import NONE, Faults

BACKLOG = 512
REPLY_WITHIN_S = 5.0


class FaultProxy:
    """Listens on a port of its own in place of an RTSP server.

    Args:
        upstream_port: Where the server listens on 127.0.0.1; may be changed at any time for
            the connections to come, so that a camera finds another server at its address.
        seed: Which packets are lost or spoilt.

    Attributes:
        faults: What goes wrong now.
        accepted_s: `time.monotonic()` of each connection since the start.
    """

    def __init__(self, upstream_port: int, *, seed: int = 1) -> None:
        self.upstream_port = upstream_port
        self.faults: Faults = NONE
        self.accepted_s: list[float] = []
        self._seeds = itertools.count(seed)
        self._connections: set[FaultConnection] = set()
        self._server: asyncio.Server | None = None
        # Bound but never listening: a refused port must not become some viewer's own.
        self._placeholder = _bound(0)
        self.port: int = self._placeholder.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy")

    def url(self, path: str) -> str:
        """The address of the server's mount through the proxy."""
        return f"rtsp://{HOST}:{self.port}{path}"

    def answer(self) -> None:
        """Accept connections (again)."""
        self._on_loop(self._listen())

    def refuse(self) -> None:
        """Refuse connections; those there are go on."""
        self._on_loop(self._close_listener())

    def stall(self) -> None:
        """Nothing more comes over the connections there are; they stay open."""
        self._each(FaultConnection.stall)

    def break_in_packet(self) -> None:
        """Reset the connections there are in the middle of an RTP packet."""
        self._each(FaultConnection.break_in_packet)

    def reset(self) -> None:
        """Reset the connections there are."""
        self._each(FaultConnection.reset)

    def close(self) -> None:
        """End everything; may be called twice."""
        if self._thread.is_alive():
            self._on_loop(self._end())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(REPLY_WITHIN_S)
            self._loop.close()
        self._placeholder.close()

    def __enter__(self) -> Self:
        self._thread.start()
        self.answer()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _on_loop(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(REPLY_WITHIN_S)

    def _each(self, change: Callable[[FaultConnection], None]) -> None:
        async def apply() -> None:
            for connection in tuple(self._connections):
                change(connection)

        self._on_loop(apply())

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(
                self._serve, sock=_bound(self.port), limit=LIMIT, backlog=BACKLOG
            )

    async def _close_listener(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.accepted_s.append(time.monotonic())
        connection = FaultConnection(reader, writer, lambda: self.faults, next(self._seeds))
        self._connections.add(connection)
        try:
            await connection.run(self.upstream_port)
        except OSError:  # the server itself is away: the viewer is cut off
            pass
        finally:
            self._connections.discard(connection)
            writer.close()

    async def _end(self) -> None:
        await self._close_listener()
        for connection in self._connections:
            connection.reset()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*tasks, return_exceptions=True)


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((HOST, port))
    return bound
