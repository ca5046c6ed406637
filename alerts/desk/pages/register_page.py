"""The register of looks (查看登记), for auditors."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

from nicegui import Client

from alerts.desk.errors import RequestError
from alerts.desk.pages.elements import RegisterList
from alerts.desk.pages.frame import Frame, Setting, content, open_frame
from alerts.desk.pages.gone import show_gone
from alerts.desk.pages.register_props import filter_of, filter_props, list_props
from alerts.desk.pages.visitor import Visitor
from alerts.desk.pages.words_of_register import LIST_WORDS
from alerts.desk.register_views import RegisterFilter, RegisterPage
from alerts.errors import NotAllowedError

STEP = 100


async def show_register(
    client: Client, visitor: Visitor, setting: Setting, given: Mapping[str, str]
) -> None:
    """Build the page for the filter of the address.

    It does not refresh itself: who audits reads one state of it, and each reading is an entry.
    """
    frame = await open_frame(client, visitor, setting)
    try:
        page, is_good = await _read(frame, given)
    except NotAllowedError:
        client.status_code = 404
        show_gone(frame.words)
        return
    words = frame.words
    with content("desk-register"):
        register = RegisterList()
        register.show({"words": words.some(*LIST_WORDS), **filter_props(given, words)})
        register.show(list_props(page, given, words, is_newest=not given.get("cursor")))
        register.show({"notice": "" if is_good else words("register_bad"), **frame.clock()})
    frame.follow(lambda: _leave_if_ended(frame), frozenset())


async def _read(frame: Frame, given: Mapping[str, str]) -> tuple[RegisterPage, bool]:
    """The page, and whether the filter was right; without it where it was not."""
    visitor = frame.visitor
    read = partial(
        frame.service.register_reader.page, visitor.officer, limit=STEP, client=visitor.client
    )
    try:
        wanted = filter_of(given, frame.setting.zone)
        cursor = given.get("cursor") or None
        page = await asyncio.to_thread(read, wanted, cursor=cursor)
    except (ValueError, RequestError):
        return await asyncio.to_thread(read, RegisterFilter()), False
    return page, True


async def _leave_if_ended(frame: Frame) -> None:
    if await frame.visitor.still_on_duty() is None:
        frame.leave()
