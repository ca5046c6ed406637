"""The queue of cases, live, with the equipment beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from nicegui import Client, ui

from alerts.desk.pages.elements import Equipment
from alerts.desk.pages.equipment_props import equipment_props
from alerts.desk.pages.frame import Frame, Setting, content, open_frame
from alerts.desk.pages.queue_asked import Asked
from alerts.desk.pages.queue_troubles import TROUBLE_CHECK_S, Troubles
from alerts.desk.pages.queue_view import QueueView
from alerts.desk.pages.visitor import Visitor
from alerts.desk.rights import Right, may


async def show_queue(
    client: Client, visitor: Visitor, setting: Setting, address: Mapping[str, str]
) -> None:
    """Build the page for what the address asks for."""
    frame = await open_frame(client, visitor, setting)
    with content("desk-queue"):
        view = QueueView(frame, Asked.of_address(address), Troubles(frame.equipment, frame.words))
        beside = EquipmentView(frame)
    await view.begin()
    await beside.refresh()
    frame.follow(view.refresh, frozenset({"case"}))
    frame.follow(view.hear_equipment, frozenset({"node"}))
    frame.follow(beside.refresh, frozenset({"camera", "node"}))
    ui.timer(TROUBLE_CHECK_S, view.check_bus, immediate=False)


class EquipmentView:
    """Cameras not streaming and nodes in trouble, beside the queue."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._shown: list[dict[str, object]] | None = None
        self._equipment = Equipment()
        words = frame.words.some("equipment", "just_now")
        self._equipment.show({"words": words, "groups": [], **frame.clock()})

    async def refresh(self) -> None:
        """Read it again; what stands there already is not sent again."""
        frame = self._frame
        officer = await frame.visitor.still_on_duty()
        if officer is None:
            frame.leave()
            return
        if not may(officer, Right.SEE_EQUIPMENT):
            return
        cameras = await asyncio.to_thread(frame.equipment.cameras, officer)
        nodes = await asyncio.to_thread(frame.equipment.nodes, officer)
        groups = equipment_props(cameras, nodes, frame.words)
        if groups != self._shown:
            self._shown = groups
            self._equipment.show({"groups": groups, **frame.clock()})
