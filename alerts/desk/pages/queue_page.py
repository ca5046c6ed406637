"""The queue of cases, live, with the equipment beside it."""

from __future__ import annotations

import asyncio

from nicegui import Client, ui
from nicegui.events import GenericEventArguments

from alerts.desk.pages.elements import Equipment, Queue
from alerts.desk.pages.frame import Frame, Setting, content, open_frame
from alerts.desk.pages.queue_props import TABS, equipment_props, rows_props, tab_of, tab_props
from alerts.desk.pages.visitor import Visitor
from alerts.desk.rights import Right, may
from alerts.desk.views import Officer, QueueFilter

STEP = 50
MOST_ROWS = 200
"""More rows than this nobody reads, and an old PC draws them slowly."""

BUS_CHECK_S = 5.0
"""Only a look at the link, without the database."""

QUEUE_WORDS = [
    "queue",
    "filter",
    "live",
    "live_lost",
    "live_no_bus",
    "new_case",
    "empty_pending",
    "empty_other",
    "empty_hint",
    "just_now",
]


async def show_queue(
    client: Client, visitor: Visitor, setting: Setting, status: str | None
) -> None:
    """Build the page for the status that the address names."""
    frame = await open_frame(client, visitor, setting)
    with content("desk-queue"):
        view = QueueView(frame, tab_of(status))
    await view.refresh_all()
    frame.follow(view.refresh_all, frozenset({"case", "camera", "node"}))
    ui.timer(BUS_CHECK_S, view.refresh_bus, immediate=False)


class QueueView:
    """The state of one open queue page: which tab, and how many rows."""

    def __init__(self, frame: Frame, tab: str) -> None:
        self._frame, self._tab, self._limit = frame, tab, STEP
        words, self._has_bus = frame.words, frame.service.is_bus_connected()
        self._queue = Queue()
        unknown: dict[str, object] = {
            "rows": [],
            "tabs": [],
        }  # of cases that this officer may not see
        self._queue.show({"words": words.some(*QUEUE_WORDS), "bus": self._has_bus, **unknown})
        self._queue.on("status", self._choose)
        self._queue.on("more", self._show_more, args=[])
        self._equipment = Equipment()
        self._equipment.show({"words": words.some("equipment", "just_now")})

    async def refresh_all(self) -> None:
        """Read everything again; leave the page if the session has ended."""
        officer = await self._frame.visitor.still_on_duty()
        if officer is None:
            self._frame.leave()
            return
        if may(officer, Right.SEE_CASES):
            await self._refresh_cases(officer)
        if may(officer, Right.SEE_EQUIPMENT):
            await self._refresh_equipment(officer)

    async def _refresh_equipment(self, officer: Officer) -> None:
        service, words = self._frame.service, self._frame.words
        cameras = await asyncio.to_thread(service.cameras, officer)
        nodes = await asyncio.to_thread(service.nodes, officer)
        self._equipment.show(
            {"groups": equipment_props(cameras, nodes, words), **self._frame.clock()}
        )

    def refresh_bus(self) -> None:
        """Tell the browser where the bus has come or gone."""
        is_connected = self._frame.service.is_bus_connected()
        if is_connected is not self._has_bus:
            self._has_bus = is_connected
            self._queue.show({"bus": is_connected})

    async def _refresh_cases(self, officer: Officer) -> None:
        tab, words = self._tab, self._frame.words
        wanted = QueueFilter(statuses=TABS[tab])
        page = await asyncio.to_thread(
            self._frame.service.queue, officer, wanted, limit=self._limit
        )
        if tab != self._tab:
            return  # the officer has chosen another tab meanwhile; its rows are on their way
        has_more = page.next_cursor is not None
        is_capped = self._limit >= MOST_ROWS
        self._queue.show(
            {
                "status": tab,
                "tabs": tab_props(page.counts, words),
                "rows": rows_props(page.rows, words, self._frame.service.needs_reason),
                "limit": self._limit,
                "more": words("more") if has_more and not is_capped else "",
                "capped": words("capped", count=MOST_ROWS) if has_more and is_capped else "",
                **self._frame.clock(),
            }
        )

    async def _choose(self, event: GenericEventArguments) -> None:
        self._tab, self._limit = tab_of(event.args if isinstance(event.args, str) else None), STEP
        await self.refresh_all()

    async def _show_more(self) -> None:
        self._limit = min(self._limit + STEP, MOST_ROWS)
        await self.refresh_all()
