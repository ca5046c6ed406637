"""One case: what was seen, what is known, what was done, and what can be done."""

from __future__ import annotations

import asyncio
import logging

from nicegui import Client, ui
from nicegui.events import GenericEventArguments

from alerts.desk.footage_reason import MAX_REASON, MIN_REASON
from alerts.desk.pages.case_props import (
    action_props,
    evidence_props,
    fact_props,
    head_props,
    journal_props,
)
from alerts.desk.pages.deeds import DATABASE_AWAY, Deed, Outcome, perform
from alerts.desk.pages.elements import Actions, Evidence, Facts, Journal
from alerts.desk.pages.frame import Frame, Setting, content, open_frame
from alerts.desk.pages.gone import show_gone
from alerts.desk.pages.visitor import Visitor
from alerts.desk.pages.words_of_register import REASON_WORDS
from alerts.desk.views import CaseView
from alerts.errors import CaseNotFoundError, NotAllowedError

_log = logging.getLogger(__name__)

EVIDENCE_WORDS = [
    "evidence",
    "snapshot",
    "snapshot_alt",
    "clip",
    "show_marks",
    "enlarge",
    "clip_unplayable",
    "download",
    *REASON_WORDS,
]
ACTION_WORDS = [
    "actions",
    "accept",
    "close",
    "false_alarm",
    "add_note",
    "note",
    "reason",
    "verdict",
    "required",
    "confirm",
    "cancel",
    "no_answer",
]


async def show_case(client: Client, visitor: Visitor, setting: Setting, code: str) -> None:
    """Build the page of case `code`, or say that there is none."""
    frame = await open_frame(client, visitor, setting)
    try:
        case = await asyncio.to_thread(frame.service.case, visitor.officer, code)
    except (CaseNotFoundError, NotAllowedError):
        client.status_code = 404
        show_gone(frame.words)
        return
    page = CasePage(frame, case)
    frame.follow(page.refresh, frozenset({"case"}))


class CasePage:
    """The state of one open case page: the case as the officer last saw it."""

    def __init__(self, frame: Frame, case: CaseView) -> None:
        self._frame, self._case, self._notices = frame, case, 0
        words = frame.words
        with content("desk-case"):
            self._facts = Facts()
            self._facts.show({"words": words.some("back", "just_now")})
            with ui.element("div").classes("desk-case-body"):
                with ui.element("div").classes("desk-case-main"):
                    self._evidence = Evidence()
                    self._evidence.show({"words": words.some(*EVIDENCE_WORDS)})
                    self._journal = Journal()
                    self._journal.show({"words": words.some("journal")})
                self._actions = Actions()
                self._actions.show({"words": words.some(*ACTION_WORDS)})
        self._actions.on("act", self._act)
        self._show()

    async def refresh(self) -> None:
        """Read the case again; leave the page if the session has ended."""
        officer = await self._frame.visitor.still_on_duty()
        if officer is None:
            self._frame.leave()
            return
        case = await asyncio.to_thread(self._frame.service.case, officer, self._case.row.code)
        if case == self._case:
            return
        if case.row.status is not self._case.row.status:
            self._actions.show({"notice": None})  # it spoke of how things stood before
        self._case = case
        self._show()

    def _show(self) -> None:
        case, words, clock = self._case, self._frame.words, self._frame.clock()
        self._facts.show(
            {"head": head_props(case, words), "facts": fact_props(case, words), **clock}
        )
        self._evidence.show(
            {
                **evidence_props(case, words),
                "needsReason": self._frame.service.needs_reason(case.row),
                "reasonLimits": [MIN_REASON, MAX_REASON],
            }
        )
        self._journal.show({"entries": journal_props(case, words), **clock})
        self._actions.show(action_props(case, words))

    async def _act(self, event: GenericEventArguments) -> None:
        deed = Deed.from_browser(event.args)
        outcome = await self._perform(deed)
        try:
            await self.refresh()
        except DATABASE_AWAY as error:
            _log.warning("a case page was not refreshed: %s", error, extra={"action": "page-stale"})
        finally:
            self._say(outcome, deed)  # whatever happens: the browser's buttons wait for it

    async def _perform(self, deed: Deed | None) -> Outcome:
        try:
            officer = await self._frame.visitor.still_on_duty()
        except DATABASE_AWAY as error:
            _log.warning("an officer could not act: %s", error, extra={"action": "deed-store-away"})
            return Outcome.AWAY
        if officer is None:
            return Outcome.SIGNED_OUT
        code = self._case.row.code
        return await asyncio.to_thread(perform, self._frame.service, officer, code, deed)

    def _say(self, outcome: Outcome, deed: Deed | None) -> None:
        self._notices += 1
        text = outcome.words(self._case, self._frame.words, deed)
        tone = "good" if outcome is Outcome.DONE else "bad"
        notice = {"number": self._notices, "tone": tone, "text": text, "outcome": outcome.value}
        self._actions.show({"notice": notice})
