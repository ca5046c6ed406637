"""Fifty open pages without browsers: the socket that each keeps, and what is heard on it."""

from __future__ import annotations

import ast
import asyncio
import re
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf, isfinite
from threading import Event, Thread
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from alerts.desk.cookie import SESSION_COOKIE
from deploy.errors import BenchError

OPEN_S = 120.0
KEPT = 20
"""Messages of a page; those of one change are one or two."""
_QUERY = re.compile(r"query: (\{.*?\}),\n")


@dataclass(frozen=True, slots=True)
class Said:
    """What the desk had a page draw; `at` is a Unix time."""

    at: float
    text: str

    def is_without(self, code: str) -> bool:
        """Whether the queue is said in its new order, and the case is not in it."""
        return "order" in self.text and code not in self.text


@dataclass(slots=True)
class HeardPage:
    """One open page; `lost` counts how often the desk, or the wire, ended its connection."""

    query: str
    said: deque[Said] = field(default_factory=lambda: deque(maxlen=KEPT))
    is_open: bool = False
    lost: int = 0

    def gone_ms(self, code: str, since: float) -> float:
        """After how long it was told to drop the case; infinite where it was not."""
        told = (said.at for said in tuple(self.said) if said.at >= since and said.is_without(code))
        return 1000 * (next(told, inf) - since)


class Clients:
    """Opens the queue so many times and listens, in a thread of its own."""

    def __init__(self, url: str, token: str, number: int) -> None:
        self._url, self._token, self._number = url, token, number
        self.pages: list[HeardPage] = []
        self._is_stopping = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._run()), name="bench-clients")

    @contextmanager
    def connected(self) -> Iterator[None]:
        """All of them, until the end of the block."""
        with self._browser() as browser:
            self.pages = [HeardPage(_query(browser)) for _ in range(self._number)]
        self._thread.start()
        try:
            deadline = time.monotonic() + OPEN_S
            while not all(each.is_open for each in self.pages):
                if time.monotonic() > deadline:
                    raise BenchError("not all of the benchmark's pages could be opened")
                time.sleep(0.1)
            yield
        finally:
            self._is_stopping.set()
            self._thread.join(20.0)

    @property
    def open_now(self) -> int:
        """How many are connected."""
        return sum(each.is_open for each in self.pages)

    @property
    def lost(self) -> int:
        """How many connections ended unasked; their pages were loaded again."""
        return sum(each.lost for each in self.pages)

    def gone_ms(self, code: str, since: float, within_s: float = 5.0) -> list[float]:
        """Of each page, see `HeardPage.gone_ms`; waits for the last one."""
        deadline = time.time() + within_s
        while not all(map(isfinite, found := self._gone(code, since))) and time.time() < deadline:
            time.sleep(0.01)
        return found

    def _gone(self, code: str, since: float) -> list[float]:
        return [each.gone_ms(code, since) for each in self.pages]

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for each in self.pages:
                group.create_task(self._listen(each))

    def _browser(self) -> httpx.Client:
        cookies = {SESSION_COOKIE: self._token}
        return httpx.Client(base_url=self._url, cookies=cookies, trust_env=False, timeout=60)

    def _loaded(self) -> str:
        with self._browser() as browser:
            return _query(browser)

    async def _listen(self, each: HeardPage) -> None:
        """Like a page: what loses its connection is loaded again."""
        while not self._is_stopping.is_set():
            try:
                await self._hear(each)
            except (ConnectionClosed, OSError):
                each.lost += 1
                each.query = await asyncio.to_thread(self._loaded)
            finally:
                each.is_open = False

    async def _hear(self, each: HeardPage) -> None:
        address = f"{self._url.replace('http', 'ws', 1)}/_nicegui_ws/socket.io/?{each.query}"
        headers = {"Cookie": f"{SESSION_COOKIE}={self._token}"}
        async with connect(
            address, additional_headers=headers, proxy=None, max_size=None
        ) as socket:
            await socket.recv()
            await socket.send("40")
            while not self._is_stopping.is_set():
                try:
                    said = str(await asyncio.wait_for(socket.recv(), 0.5))
                except TimeoutError:
                    continue
                if said == "2":  # Engine.IO asks whether we are there
                    await socket.send("3")
                elif said.startswith("40"):
                    each.is_open = True
                elif said.startswith('42["run_javascript"'):  # as `QueueView` tells its page
                    each.said.append(Said(time.time(), said))


def _query(browser: httpx.Client) -> str:
    """What the page of the queue would say when it opens its socket."""
    found = _QUERY.search(browser.get("/").raise_for_status().text)
    if found is None:
        raise BenchError("the queue's page does not say how it opens its socket")
    said = ast.literal_eval(found[1])  # Python's words, which the page's script reads as its own
    said = {key: "true" if value is True else value for key, value in said.items()}
    own = {"tab_id": uuid4().hex, "document_id": uuid4().hex}
    return urlencode({"EIO": "4", "transport": "websocket", **said, **own})
