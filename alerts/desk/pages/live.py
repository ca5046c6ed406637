"""From changes on any thread to at most a few updates a second of one page."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from alerts.desk.changes import Change

_log = logging.getLogger(__name__)

INTERVAL_S = 0.25
"""A burst of alerts becomes four updates a second, which an old PC draws without effort."""


async def _pause() -> None:
    await asyncio.sleep(INTERVAL_S)


class Live:
    """Calls `refresh` on the loop it was made on: at once, then not before `pause` is over.

    Changes that come in between are one more refresh, however many they are.
    """

    def __init__(
        self,
        refresh: Callable[[], Awaitable[None]],
        concerns: Callable[[Change], bool],
        pause: Callable[[], Awaitable[None]] = _pause,
    ) -> None:
        self._refresh, self._concerns, self._pause = refresh, concerns, pause
        self._loop = asyncio.get_running_loop()
        self._is_due = False
        self._task: asyncio.Task[None] | None = None

    def heard(self, change: Change) -> None:
        """A listener for `Changes`; any thread."""
        if self._concerns(change):
            self._loop.call_soon_threadsafe(self.mark)

    def mark(self) -> None:
        """Ask for a refresh; on the loop only."""
        self._is_due = True
        if self._task is None or self._task.done():
            self._task = self._loop.create_task(self._run(), name="refresh of a page")
            self._task.add_done_callback(_report)

    async def _run(self) -> None:
        while self._is_due:
            self._is_due = False
            await self._refresh()
            await self._pause()


def _report(task: asyncio.Task[None]) -> None:
    """A refresh that failed is one to be tried again at the next change, or the next recheck."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("a page could not be refreshed", exc_info=error, extra={"action": "page-stale"})
