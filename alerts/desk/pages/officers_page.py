"""The accounts of the officer's areas: list, add, change, lock, reset."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from nicegui import Client
from nicegui.events import GenericEventArguments

from alerts.desk.pages.elements import Officers
from alerts.desk.pages.frame import Frame, Setting, content, open_frame
from alerts.desk.pages.gone import show_gone
from alerts.desk.pages.officer_deeds import DONE, OfficerDeed, perform
from alerts.desk.pages.visitor import Visitor
from alerts.desk.pages.words import Words
from alerts.desk.people import may_give
from alerts.desk.rights import Right, may
from alerts.desk.views import Officer

OFFICER_WORDS = [
    "officers",
    "officers_about",
    "officers_none",
    "officer_new",
    "officer_shown",
    "officer_role",
    "officer_area",
    "officer_department",
    "officer_state",
    "officer_deeds",
    "officer_change",
    "officer_lock",
    "officer_unlock",
    "officer_reset",
    "officer_self",
    "password_rule",
    "password_none",
    "name",
    "password",
    "required",
    "confirm",
    "cancel",
    "back",
]


async def show_officers(client: Client, visitor: Visitor, setting: Setting) -> None:
    """Build the page; for who administers nobody it is not there."""
    frame = await open_frame(client, visitor, setting)
    if not may(visitor.officer, Right.MANAGE_OFFICERS):
        client.status_code = 404
        show_gone(frame.words)
        return
    with content("desk-officers"):
        page = OfficersPage(frame)
    await page.refresh()
    frame.follow(page.refresh, frozenset())


class OfficersPage:
    """The state of one open page."""

    def __init__(self, frame: Frame) -> None:
        self._frame, self._notices = frame, 0
        self._list = Officers()
        self._list.show({"words": frame.words.some(*OFFICER_WORDS), "rows": [], "roles": []})
        self._list.on("act", self._act)

    async def refresh(self) -> None:
        """Read everything again; leave the page if the session or the right has ended."""
        officer = await self._frame.visitor.still_on_duty()
        if officer is None or not may(officer, Right.MANAGE_OFFICERS):
            self._frame.leave()
            return
        service, words = self._frame.service, self._frame.words
        found = await asyncio.to_thread(service.people.list, officer)
        areas = {a.area_id: a.name for a in await asyncio.to_thread(service.areas, officer)}
        roles = await asyncio.to_thread(service.people.roles, officer)
        self._list.show(
            {
                "rows": [row_props(each, officer, areas, words) for each in found],
                "roles": [{"value": role, "name": words.named("role", role)} for role in roles],
                "areas": [{"value": area, "name": name} for area, name in areas.items()],
            }
        )

    async def _act(self, event: GenericEventArguments) -> None:
        officer = await self._frame.visitor.still_on_duty()
        if officer is None:
            self._frame.leave()
            return
        deed = OfficerDeed.from_browser(event.args)
        failed = await asyncio.to_thread(perform, self._frame.service.people, officer, deed)
        await self.refresh()
        self._say(deed, failed)

    def _say(self, deed: OfficerDeed | None, failed: str) -> None:
        self._notices += 1
        words, is_done = self._frame.words, deed is not None and failed == DONE
        text = words(failed or "malformed")
        if deed is not None and is_done:
            text = words(f"done.{deed.action}", name=deed.name)
        tone = "good" if is_done else "bad"
        self._list.show({"notice": {"number": self._notices, "tone": tone, "text": text}})


def row_props(
    row: Officer, officer: Officer, areas: Mapping[str, str], words: Words
) -> dict[str, object]:
    """One account; `can` says whether its buttons work."""
    return {
        "name": row.name,
        "display_name": row.display_name,
        "role": row.role.value,
        "role_name": words.named("role", row.role),
        "area": row.area_id,
        "area_name": areas.get(row.area_id, row.area_id),
        "department": row.department or "",
        "locked": row.is_disabled,
        "state": words("officer_locked" if row.is_disabled else "officer_active"),
        "self": row.id == officer.id,
        "can": row.id != officer.id and may_give(officer, row.role),
    }
