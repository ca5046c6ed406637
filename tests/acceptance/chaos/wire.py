"""A TCP proxy between a client and the broker that can be cut in four ways."""

from __future__ import annotations

import asyncio
from enum import Enum
from threading import Thread

from deploy.free_port import LOOPBACK

CHUNK = 65_536
START_S = 5.0


class Cut(Enum):
    """What happens to connections through the proxy."""

    NONE = "none"
    RESET = "reset"
    """Those that stand are reset, new ones too."""
    STALL = "stall"
    """Nothing passes; what was sent arrives later."""
    ONE_WAY = "one-way"
    """The broker hears, and is not heard."""
    SWALLOW = "swallow"
    """What is sent disappears; the connection is reset at the end, as behind a router that died."""


class Wire:
    """Listens on a port of its own; `cut` and `heal` may be called from any thread."""

    def __init__(self, name: str, target: int) -> None:
        self.address, self.port = LOOPBACK, 0
        self._target = target
        self._cut = Cut.NONE
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name=f"wire-{name}", daemon=True)

    def start(self, address: str) -> None:
        """Listen there; `port` is known afterwards."""
        self.address = address
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(START_S)

    def stop(self) -> None:
        """Close every connection and end the thread; a second call does nothing."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(START_S)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(START_S)
            self._loop.close()

    def cut(self, how: Cut) -> None:
        """From now on, in this way; the way before ends."""
        asyncio.run_coroutine_threadsafe(self._set(how), self._loop).result(START_S)

    def heal(self) -> None:
        """Let everything pass again."""
        self.cut(Cut.NONE)

    async def _set(self, how: Cut) -> None:
        async with self._changed:
            if how is Cut.RESET or self._cut is Cut.SWALLOW:
                for writer in self._writers:
                    writer.transport.abort()
            self._cut = how
            self._changed.notify_all()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, self.address, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, near: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(near_out)
        try:
            if self._cut is not Cut.RESET:
                await self._join(near, near_out)
        except (OSError, asyncio.CancelledError):
            pass  # ended by a cut, by the broker's end, or by ours
        finally:
            near_out.transport.abort()
            self._writers.discard(near_out)
            self._tasks.discard(task)

    async def _join(self, near: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        far, far_out = await asyncio.open_connection(LOOPBACK, self._target)
        self._writers.add(far_out)
        there = asyncio.create_task(self._pump(near, far_out, is_answer=False))
        back = asyncio.create_task(self._pump(far, near_out, is_answer=True))
        try:
            await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            far_out.transport.abort()  # before the wait, which may be cancelled in its turn
            self._writers.discard(far_out)
            there.cancel()
            back.cancel()
            await asyncio.gather(there, back, return_exceptions=True)

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, is_answer: bool
    ) -> None:
        held = {Cut.STALL, Cut.ONE_WAY} if is_answer else {Cut.STALL}
        while data := await source.read(CHUNK):
            async with self._changed:
                await self._changed.wait_for(lambda: self._cut not in held)
            if self._cut is not Cut.SWALLOW:
                target.write(data)
                await target.drain()
