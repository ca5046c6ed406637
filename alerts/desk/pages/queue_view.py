"""One open queue page: what it asks for, what it shows, and what is done from it."""

from __future__ import annotations

import asyncio
import logging

from nicegui.events import GenericEventArguments

from alerts.desk.errors import RegisterAwayError, RequestError
from alerts.desk.pages.deeds import DATABASE_AWAY
from alerts.desk.pages.elements import Queue
from alerts.desk.pages.frame import Frame, now_text
from alerts.desk.pages.queue_asked import Asked
from alerts.desk.pages.queue_deeds import Told, do, find_recipients
from alerts.desk.pages.queue_patch import Props, Sent
from alerts.desk.pages.queue_reading import MOST_ROWS, STEP, Reading, Seen
from alerts.desk.pages.queue_troubles import Troubles
from alerts.desk.pages.words_of_queue import QUEUE_PAGE_WORDS
from alerts.desk.views import Officer

_log = logging.getLogger(__name__)

MOST_KEYS = 20
"""An address has no more; the browser may send anything."""


class QueueView:
    """The state of one open queue page; on the page's loop only."""

    def __init__(self, frame: Frame, asked: Asked, troubles: Troubles) -> None:
        self._frame, self._asked, self._troubles = frame, asked, troubles
        self._limit, self._told = STEP, 0
        self._sent, self._turn = Sent(), asyncio.Lock()
        self._reading = Reading(frame)
        self._queue = Queue()
        self._queue.on("ask", self._ask)
        self._queue.on("more", self._show_more, args=[])
        self._queue.on("act", self._act)
        self._queue.on("whom", self._find_recipients)
        self._queue.on("seen", self._compare)

    async def begin(self) -> None:
        """Put the first list into the page itself."""
        officer = self._frame.visitor.officer
        await asyncio.to_thread(self._troubles.hear_nodes, officer)
        seen = await self._read(officer) or Seen()
        first = self._sent.patch(seen.rows, seen.rest | {"troubles": self._troubles.props()})
        words = self._frame.words.some(*QUEUE_PAGE_WORDS)
        self._queue.show({"words": words, "first": first, **self._frame.clock()})

    async def refresh(self, *, is_new: bool = False) -> None:
        """Read the cases again and send what changed; leave if the session has ended.

        `is_new`: what another page has just read will not do.
        """
        try:
            officer = await self._frame.visitor.still_on_duty()
            if officer is None:
                self._frame.leave()
                return
            async with self._turn:  # so that an older reading never overtakes
                seen = await self._read(officer, is_new=is_new)
                if seen is not None:
                    self._send(seen.rows, seen.rest)
            self._troubles.store_is_away(False)
        except DATABASE_AWAY as error:
            _log.warning("a queue was not refreshed: %s", error, extra={"action": "page-stale"})
            self._troubles.store_is_away(True)
        self.check_bus()

    async def hear_equipment(self) -> None:
        """A node came or went."""
        officer = await self._frame.visitor.still_on_duty()
        if officer is not None:
            await asyncio.to_thread(self._troubles.hear_nodes, officer)
            self.check_bus()

    def check_bus(self) -> None:
        """Tell the browser what has come or gone away."""
        self._send(None, {"troubles": self._troubles.props()})

    async def _read(self, officer: Officer, *, is_new: bool = False) -> Seen | None:
        """What the page is to show; None where the officer has asked for something else since."""
        asked, limit, client = self._asked, self._limit, self._frame.visitor.client
        try:
            seen = await asyncio.to_thread(
                self._reading.read, officer, asked, limit, client, is_new=is_new
            )
        except (RegisterAwayError, RequestError) as error:
            key = "register_away" if isinstance(error, RegisterAwayError) else "malformed"
            seen = self._reading.nothing(officer, asked)
            seen.rest["said"] = self._said(Told(text=self._frame.words(key)))
        return seen if asked is self._asked else None

    def _send(self, rows: list[Props] | None, rest: Props) -> None:
        patch = self._sent.patch(rows, rest)
        if patch is not None:
            self._queue.run_method("take", patch | {"now": now_text()})

    async def _ask(self, event: GenericEventArguments) -> None:
        """Another tab or filter, as the address has it now."""
        sent = event.args if isinstance(event.args, dict) else {}
        few = list(sent.items())[:MOST_KEYS]
        asked = {str(key): value for key, value in few if isinstance(value, str)}
        self._asked, self._limit = Asked.of_address(asked), STEP
        await self.refresh()

    async def _show_more(self) -> None:
        self._limit = min(self._limit + STEP, MOST_ROWS)
        await self.refresh()

    async def _compare(self, event: GenericEventArguments) -> None:
        """The browser has seen up to this patch; where it has missed one it gets everything."""
        if event.args != self._sent.number:
            self._sent.forget()
            await self.refresh()

    async def _act(self, event: GenericEventArguments) -> None:
        frame = self._frame
        told = Told(text=frame.words("away"))
        try:
            officer = await frame.visitor.still_on_duty()
            told = Told(text=frame.words("sign_in_ended"))
            if officer is not None:
                told = await asyncio.to_thread(do, frame.service, officer, event.args, frame.words)
        except DATABASE_AWAY as error:
            _log.warning("an officer could not act: %s", error, extra={"action": "deed-store-away"})
        finally:
            self._send(None, {"said": self._said(told)})  # whatever happens: buttons wait for it
        await self.refresh(is_new=True)

    async def _find_recipients(self, event: GenericEventArguments) -> None:
        """To whom a case can go, for the dialog."""
        officer, frame = await self._frame.visitor.still_on_duty(), self._frame
        if officer is None:
            frame.leave()
            return
        code = str(event.args)
        found = await asyncio.to_thread(find_recipients, frame.service, officer, code, frame.words)
        if isinstance(found, Told):
            self._send(None, {"said": self._said(found)})
        else:
            self._send(None, {"recipients": found | {"number": self._number()}})

    def _said(self, told: Told) -> Props:
        tone = "good" if told.is_good else "bad"
        return {"number": self._number(), "tone": tone, "text": told.text, "code": told.code}

    def _number(self) -> int:
        """Each notice is another one, though it may say the same."""
        self._told += 1
        return self._told
