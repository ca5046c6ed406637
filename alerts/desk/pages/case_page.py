"""One case: what was seen, what is known, what was done, and what can be done."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from nicegui import Client, ui
from nicegui.events import GenericEventArguments

from alerts.desk.changes import Change
from alerts.desk.footage_reason import MAX_REASON, MIN_REASON
from alerts.desk.pages.action_forms import action_props
from alerts.desk.pages.case_facts import fact_props, head_props, related_props
from alerts.desk.pages.case_journal import journal_props
from alerts.desk.pages.case_shown import CaseShown, beside, read_shown
from alerts.desk.pages.conflict_words import conflict_at
from alerts.desk.pages.deed_calls import Deed
from alerts.desk.pages.deeds import DATABASE_AWAY, Outcome, perform
from alerts.desk.pages.elements import Actions, Evidence, Facts, Files, Journal, Related
from alerts.desk.pages.evidence_props import evidence_props
from alerts.desk.pages.file_props import file_props
from alerts.desk.pages.frame import Frame, Setting, content, now_text, open_frame
from alerts.desk.pages.gone import show_gone
from alerts.desk.pages.visitor import Visitor
from alerts.desk.pages.words_of_files import FILES_WORDS
from alerts.desk.pages.words_of_register import REASON_WORDS
from alerts.desk.rights import Right, may
from alerts.desk.service import DeskService
from alerts.desk.views import Officer
from alerts.errors import AlertError, CaseNotFoundError, NotAllowedError

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
    "more_actions",
    "verdict",
    "result",
    "recipient",
    "recipient_choose",
    "recipients_none",
    "departments",
    "people",
    "limit",
    "limit_usual",
    "limit_30",
    "limit_120",
    "limit_1440",
    "limit_custom",
    "limit_number",
    "limit_unit",
    "unit_minutes",
    "unit_hours",
    "unit_days",
    "other_case",
    "alerts",
    "draft_restored",
    "draft_drop",
    "required",
    "confirm",
    "cancel",
    "no_answer",
]
FACT_WORDS = [
    "back",
    "just_now",
    "left",
    "overdue",
    "fact.supervised",
    "print",
    "print_title",
    "print_at",
    "print_button_only",
]
RELATED_WORDS = ["links", "links_none", "history", "history_day", "history_none"]


async def show_case(client: Client, visitor: Visitor, setting: Setting, code: str) -> None:
    """Build the page of case `code`, or say that there is none."""
    frame = await open_frame(client, visitor, setting)
    try:
        shown = await asyncio.to_thread(read_shown, frame.service, visitor.officer, code)
    except (CaseNotFoundError, NotAllowedError):
        client.status_code = 404
        show_gone(frame.words)
        return
    page = CasePage(frame, shown)
    frame.follow(page.refresh, frozenset({"case"}), page.is_about)


def _read_again(service: DeskService, officer: Officer, was: CaseShown) -> CaseShown:
    """What is shown now; `was` itself where nothing has changed."""
    view = service.case(officer, was.view.row.code)
    return was if view == was.view else beside(service, officer, view)


class CasePage:
    """The state of one open case page: the case as the officer last saw it."""

    def __init__(self, frame: Frame, shown: CaseShown) -> None:
        self._frame, self._shown, self._notices = frame, shown, 0
        self._codes = shown.codes()
        self._reading = asyncio.Lock()  # a change and the officer's own deed come at once
        words = frame.words
        with content("desk-case"):
            self._facts = Facts()
            self._facts.show({"words": words.some(*FACT_WORDS)})
            with ui.element("div").classes("desk-case-body"):
                with ui.element("div").classes("desk-case-main"):
                    self._evidence = Evidence()
                    self._evidence.show({"words": words.some(*EVIDENCE_WORDS)})
                    self._files = Files()
                    self._files.show({"words": words.some(*FILES_WORDS)})
                    self._journal = Journal()
                    self._journal.show({"words": words.some("journal")})
                with ui.element("div").classes("desk-case-side"):
                    self._actions = Actions()
                    self._actions.show({"words": words.some(*ACTION_WORDS), **self._place()})
                    self._related = Related()
                    self._related.show({"words": words.some(*RELATED_WORDS)})
        self._actions.on("act", self._act)
        self._facts.on("print", self._print, args=[])
        self._show()

    def is_about(self, change: Change) -> bool:
        """Whether this page shows what changed; any thread.

        New cases nearby wait for the next recheck: a burst of alerts would keep every open case
        reading.
        """
        return change.id in self._codes

    async def refresh(self) -> None:
        """Read the case again; leave the page if the session has ended."""
        officer = await self._frame.visitor.still_on_duty()
        if officer is None:
            self._frame.leave()
            return
        async with self._reading:
            await self._read(officer)

    async def _read(self, officer: Officer) -> None:
        was = self._shown
        try:
            shown = await asyncio.to_thread(_read_again, self._frame.service, officer, was)
        except (CaseNotFoundError, NotAllowedError):
            self._shown = replace(was, view=replace(was.view, actions=frozenset()))
            self._actions.show(action_props(self._shown, self._frame.words))
            return  # it went out of the officer's sight: what is read stays, nothing can be done
        if shown is was:
            return
        if shown.view.row.status is not was.view.row.status:
            self._actions.show({"notice": None})  # it spoke of how things stood before
        self._shown, self._codes = shown, shown.codes()
        self._show()

    def _place(self) -> dict[str, object]:
        """Whose drafts of which case they are."""
        return {"officer": self._frame.visitor.officer.name, "code": self._shown.view.row.code}

    def _show(self) -> None:
        shown, words, clock = self._shown, self._frame.words, self._frame.clock()
        case = shown.view
        self._facts.show(
            {
                "head": head_props(case, words),
                "facts": fact_props(case, words),
                "canPrint": may(self._frame.visitor.officer, Right.EXPORT_CASES),
                **clock,
            }
        )
        self._evidence.show(
            {
                **evidence_props(case, words),
                "needsReason": self._frame.service.needs_reason(case.row),
                "reasonLimits": [MIN_REASON, MAX_REASON],
            }
        )
        self._files.show({**file_props(case), **clock})
        self._journal.show({"entries": journal_props(case, words, shown.areas), **clock})
        self._actions.show({**action_props(shown, words), **clock})
        self._related.show({**related_props(case, shown.history, words), **clock})

    async def _print(self) -> None:
        """Register the export, then let the browser print."""
        officer = await self._frame.visitor.still_on_duty()
        if officer is None:
            self._frame.leave()
            return
        service, code = self._frame.service, self._shown.view.row.code
        client = self._frame.visitor.client
        try:
            await asyncio.to_thread(service.export_dossier, officer, code, client=client)
        except (AlertError, *DATABASE_AWAY) as error:
            _log.warning("nothing was printed: %s", error, extra={"action": "print-refused"})
            self._say(Outcome.AWAY, None)
            return
        by = self._frame.words("print_by", name=officer.display_name)
        self._facts.show({"printed": {"by": by, "at": now_text()}, **self._frame.clock()})

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
        code = self._shown.view.row.code
        return await asyncio.to_thread(perform, self._frame.service, officer, code, deed)

    def _say(self, outcome: Outcome, deed: Deed | None) -> None:
        self._notices += 1
        case = self._shown.view
        since = conflict_at(case) if outcome is Outcome.CONFLICT else None
        notice = {
            "number": self._notices,
            "tone": "good" if outcome is Outcome.DONE else "bad",
            "text": outcome.words(case, self._frame.words, deed),
            "at": since.isoformat() if since else "",
            "outcome": outcome.value,
        }
        self._actions.show({"notice": notice})
