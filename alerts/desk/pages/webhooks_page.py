"""The webhooks of the officer's areas: what becomes of them, add, stop, delete, send again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from nicegui import Client, ui
from nicegui.events import GenericEventArguments

from alerts.desk.journal import JournalKind
from alerts.desk.pages.elements import WebhookList
from alerts.desk.pages.frame import Frame, Setting, content, open_frame
from alerts.desk.pages.gone import show_gone
from alerts.desk.pages.visitor import Visitor
from alerts.desk.pages.webhook_deeds import Outcome, WebhookDeed, perform
from alerts.desk.pages.webhook_props import webhook_props
from alerts.desk.pages.words import Words
from alerts.desk.pages.words_of_webhooks import WEBHOOKS_PAGE_WORDS
from alerts.desk.rights import Right, may
from alerts.desk.service import DeskService
from alerts.desk.views import Officer
from alerts.desk.webhook_errors import WebhookNotFoundError
from alerts.desk.webhook_views import DeliveryRow, WebhookRow

LATEST = 6
"""Deliveries shown of each webhook; REST has them all."""
LOOK_EVERY_S = 3.0
"""What becomes of a delivery is no change that pages are told of."""


async def show_webhooks(client: Client, visitor: Visitor, setting: Setting) -> None:
    """Build the page; for who manages none it is not there."""
    frame = await open_frame(client, visitor, setting)
    if not may(visitor.officer, Right.MANAGE_WEBHOOKS):
        client.status_code = 404
        show_gone(frame.words)
        return
    with content("desk-webhooks"):
        page = WebhooksPage(frame)
    await page.refresh()
    live = frame.follow(page.refresh, frozenset())
    ui.timer(LOOK_EVERY_S, live.mark, immediate=False)


class WebhooksPage:
    """The state of one open page."""

    def __init__(self, frame: Frame) -> None:
        self._frame, self._notices = frame, 0
        self._shown: dict[str, object] = {}
        self._list = WebhookList()
        self._list.show(
            {
                "words": frame.words.some(*WEBHOOKS_PAGE_WORDS),
                "kinds": kind_choices(frame.words),
                **frame.clock(),
            }
        )
        self._list.on("act", self._act)
        self._list.on("secret-kept", self._forget_secret, args=[])

    async def refresh(self) -> None:
        """Read everything again; leave the page if the session or the right has ended."""
        officer = await self._frame.visitor.still_on_duty()
        if officer is None or not may(officer, Right.MANAGE_WEBHOOKS):
            self._frame.leave()
            return
        service, words = self._frame.service, self._frame.words
        areas = {a.area_id: a.name for a in await asyncio.to_thread(service.areas, officer)}
        found = await asyncio.to_thread(read, service, officer)
        shown: dict[str, object] = {
            "rows": [webhook_props(row, latest, areas, words) for row, latest in found],
            "areas": [{"value": area, "name": name} for area, name in areas.items()],
        }
        if shown != self._shown:
            self._shown = shown
            self._list.show({**shown, **self._frame.clock()})

    async def _act(self, event: GenericEventArguments) -> None:
        officer = await self._frame.visitor.still_on_duty()
        if officer is None:
            self._frame.leave()
            return
        deed = WebhookDeed.from_browser(event.args)
        outcome = await asyncio.to_thread(perform, self._frame.service.webhooks, officer, deed)
        await self.refresh()
        self._say(deed, outcome)

    def _say(self, deed: WebhookDeed | None, outcome: Outcome) -> None:
        self._notices += 1
        key = outcome.refusal or ("malformed" if deed is None else f"done.{deed.action}")
        tone = "bad" if outcome.refusal else "good"
        said = {"number": self._notices, "tone": tone, "text": self._frame.words(key)}
        self._list.show({"notice": said})
        if (made := outcome.made) is not None:
            self._list.show({"made": {"url": made.webhook.url, "secret": made.secret}})

    def _forget_secret(self) -> None:
        self._list.show({"made": None, "notice": None})


def read(
    service: DeskService, officer: Officer
) -> list[tuple[WebhookRow, tuple[DeliveryRow, ...]]]:
    """Each webhook with its latest deliveries."""
    return list(_read(service, officer))


def _read(
    service: DeskService, officer: Officer
) -> Iterator[tuple[WebhookRow, tuple[DeliveryRow, ...]]]:
    for row in service.webhooks.list(officer):
        try:
            page = service.webhooks.deliveries(officer, row.id, limit=LATEST)
        except WebhookNotFoundError:
            continue  # a colleague has deleted it just now
        yield row, page.rows


def kind_choices(words: Words) -> list[dict[str, str]]:
    """What may be sent, to choose from."""
    return [{"value": kind.value, "name": words(f"journal.{kind}")} for kind in JournalKind]
