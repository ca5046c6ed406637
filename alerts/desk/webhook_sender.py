"""Sends what is due to webhooks: at least once, in order for each webhook and case."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic

import httpx
from sqlalchemy.exc import SQLAlchemyError

from alerts.desk.changes import Change, Changes
from alerts.desk.errors import StoreError
from alerts.desk.repeats import Repeats
from alerts.desk.webhook_book import WebhookBook
from alerts.desk.webhook_due import Due
from alerts.desk.webhook_post import new_client, post
from alerts.desk.webhook_views import DeliveryState

IN_FLIGHT = 16
ROUND_S = 1.0
"""How often it looks without being woken: for messages whose time has come."""
FORGET_EVERY_S = 600.0

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class WebhookCounters:
    """Attempts since the start, by what became of them."""

    delivered: int = 0
    tried_again: int = 0
    failed: int = 0


class WebhookSender:
    """One thread with an event loop of its own, from `start` to `stop`."""

    def __init__(
        self,
        book: WebhookBook,
        changes: Changes,
        *,
        allowed: Collection[str] = (),
        make_client: Callable[[], httpx.AsyncClient] = new_client,
        on_death: Callable[[str, BaseException], None],
    ) -> None:
        """`allowed` are the site's hosts, see `webhook_target`; `on_death` is as everywhere."""
        self._book = book
        self._allowed = allowed
        self._make_client = make_client
        self._on_death = on_death
        self._is_stopping = Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        self._is_awake = False
        self._under_way: dict[asyncio.Task[None], tuple[int, str]] = {}
        self._repeats = Repeats(logger)
        self._next_forgetting_s = 0.0
        self.counters = WebhookCounters()
        self._unsubscribe = changes.subscribe(self._noticed)
        self._thread = Thread(target=self._guard, name="desk-webhooks")

    @property
    def under_way(self) -> int:
        """Messages on their way now."""
        return len(self._under_way)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is on its way is sent again by the next start. Idempotent."""
        self._unsubscribe()
        self._is_stopping.set()
        self.wake()
        if self._thread.ident is not None:
            self._thread.join(5.0)

    def wake(self) -> None:
        """Look at once; from any thread."""
        if self._loop is not None and not self._is_awake:
            self._is_awake = True  # a burst says it a thousand times: the loop hears it once
            with suppress(RuntimeError):  # it has ended
                self._loop.call_soon_threadsafe(self._woken.set)

    def _noticed(self, change: Change) -> None:
        if change.kind == "case":
            self.wake()

    def _guard(self) -> None:
        try:
            asyncio.run(self._run())
        except Exception as error:  # the thread's supervisor: the desk must know
            logger.exception("webhooks ended", extra={"action": "thread-died"})
            self._on_death(self._thread.name, error)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with self._make_client() as client:
            try:
                while not self._is_stopping.is_set():
                    self._woken.clear()
                    self._is_awake = False  # before it looks: what comes now is seen or told
                    self._round(client)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._woken.wait(), ROUND_S)
            finally:
                for task in self._under_way:
                    task.cancel()
                await asyncio.gather(*self._under_way, return_exceptions=True)

    def _round(self, client: httpx.AsyncClient) -> None:
        """The store is asked on the loop itself: it answers in milliseconds, or nothing is due."""
        try:
            while self._book.hand_out() and not self._is_stopping.is_set():
                pass
            busy, room = set(self._under_way.values()), IN_FLIGHT - len(self._under_way)
            for due in self._book.due(busy, room) if room else ():
                self._begin(client, due)
            if monotonic() >= self._next_forgetting_s:
                self._book.forget_old()
                self._next_forgetting_s = monotonic() + FORGET_EVERY_S
        except (SQLAlchemyError, StoreError) as error:
            logger.debug("webhooks wait for the store: %s", type(error).__name__)

    def _begin(self, client: httpx.AsyncClient, due: Due) -> None:
        task = asyncio.get_running_loop().create_task(self._bring(client, due))
        self._under_way[task] = (due.webhook_id, due.code)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        self._woken.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            self._is_stopping.set()
            self._on_death(self._thread.name, error)

    async def _bring(self, client: httpx.AsyncClient, due: Due) -> None:
        outcome = await post(client, due, self._allowed)
        try:
            state = self._book.note(due, outcome)
        except (SQLAlchemyError, StoreError) as error:  # then it is sent once more
            logger.debug("a delivery could not be noted: %s", type(error).__name__)
            await asyncio.sleep(ROUND_S)
            return
        if outcome.error:
            text = f"webhook {due.webhook_id}, attempt {due.attempt}: {outcome.error}"
            self._repeats.warn("webhook-failed", text)
        self.counters.delivered += state is DeliveryState.DELIVERED
        self.counters.failed += state is DeliveryState.FAILED
        self.counters.tried_again += state is DeliveryState.PENDING
