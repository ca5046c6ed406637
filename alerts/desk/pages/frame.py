"""What all pages share: style, the bar, being live, and leaving when the session ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from nicegui import Client, ui

from alerts.desk.changes import Change
from alerts.desk.pages.elements import Shell
from alerts.desk.pages.equipment_reading import EquipmentReading
from alerts.desk.pages.live import Live
from alerts.desk.pages.shared_readings import SharedReadings
from alerts.desk.pages.visitor import Visitor
from alerts.desk.pages.words import Words
from alerts.desk.rights import Right, may
from alerts.desk.service import DeskService
from alerts.desk.views import Officer
from alerts.schema import Text

TITLE = "雪亮 · 值班台"
HEAD = "".join(
    f'<link rel="stylesheet" href="/desk-assets/{name}.css">' for name in ("desk", "desk_print")
)
RECHECK_S = 30.0
"""A page left alone notices within this time that its session has ended."""

BAR_WORDS = [
    "brand",
    "skip",
    "on_duty",
    "log_out",
    "other_language",
    "other_lang",
    "connection_lost",
    "reconnecting",
]


def content(name: str) -> ui.element:
    """What the page is about, where the skip link leads."""
    return ui.element("div").classes(f"desk-content {name}").props('tabindex="-1"')


def now_text() -> str:
    """The server's time for the browser, whose own clock may be wrong."""
    return datetime.now(UTC).isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all pages of a desk show the same.

    Attributes:
        zone: IANA name of the time zone that officers read.
        labels: Names of labels, such as 人 for person.
        cases: Readings of cases that pages share; `equipment` likewise.
    """

    zone: str
    labels: Mapping[str, Text]
    cases: SharedReadings
    equipment: SharedReadings


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One open page of one officer."""

    client: Client
    visitor: Visitor
    words: Words
    setting: Setting

    @property
    def service(self) -> DeskService:
        """The desk's one door."""
        return self.visitor.service

    @property
    def equipment(self) -> EquipmentReading:
        """Cameras and nodes, read once for all pages that show the same."""
        return EquipmentReading(self.service, self.setting.equipment)

    def clock(self) -> dict[str, object]:
        """Props that every component with times needs."""
        return {"now": now_text(), "zone": self.setting.zone, "lang": self.words.locale}

    def leave(self) -> None:
        """The session has ended: to the log-in."""
        self.client.open("/login?ended=1")

    def follow(
        self,
        refresh: Callable[[], Awaitable[None]],
        kinds: frozenset[str],
        is_about: Callable[[Change], bool] = lambda _: True,
    ) -> Live:
        """Refresh the page on changes of these kinds that concern it and the officer."""

        def concerns(change: Change) -> bool:
            if change.kind == "session":
                return True
            if change.kind not in kinds or not is_about(change):
                return False
            return self.service.may_see(self.visitor.officer, change)

        live = Live(refresh, concerns)
        self.client.on_delete(self.service.changes.subscribe(live.heard))
        self.client.on_connect(live.mark)  # what happened between opening and connecting
        ui.timer(RECHECK_S, live.mark, immediate=False)
        return live


PAGES_BESIDE = (
    (Right.OPEN_CASES, "/case/new", "new_case_page"),
    (Right.MANAGE_OFFICERS, "/officers", "officers"),
    (Right.MANAGE_WEBHOOKS, "/webhooks", "webhooks"),
    (Right.SEE_REGISTER, "/register", "register"),
)
"""Pages beside the queue: who may open them, where they are, what they are called."""


async def open_frame(client: Client, visitor: Visitor, setting: Setting) -> Frame:
    """Put style and bar on the page."""
    officer = visitor.officer
    words = Words(officer.language, setting.labels)
    frame = Frame(client=client, visitor=visitor, words=words, setting=setting)
    ui.add_head_html(HEAD)
    areas = await asyncio.to_thread(visitor.service.areas, officer)
    own = next((area.name for area in areas if area.area_id == officer.area_id), "")
    shell = Shell()
    shell.show(
        {
            "words": words.some(*BAR_WORDS),
            "area": own,
            "officer": officer.display_name,
            "links": _links(officer, words),
            **frame.clock(),
        }
    )
    shell.on("language", lambda: _switch_language(frame), args=[])
    return frame


def _links(officer: Officer, words: Words) -> list[dict[str, str]]:
    """Pages beside the queue that this officer may open."""
    return [
        {"href": href, "name": words(name)}
        for right, href, name in PAGES_BESIDE
        if may(officer, right)
    ]


async def _switch_language(frame: Frame) -> None:
    officer = await frame.visitor.still_on_duty()
    if officer is None:
        frame.leave()
        return
    other = frame.words.language == "zh"
    await asyncio.to_thread(frame.service.set_language, officer, "en" if other else "zh")
    frame.client.run_javascript("window.location.reload()")
