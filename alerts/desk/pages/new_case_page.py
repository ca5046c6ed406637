"""A case opened by hand (手工立案): by telephone, on patrol, from a grid worker or villager."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Annotated

from nicegui import Client
from nicegui.events import GenericEventArguments
from pydantic import Field, ValidationError

from alerts.alert import Severity
from alerts.case import Origin
from alerts.desk.errors import OpenedAlreadyError, RequestError
from alerts.desk.new_case_fields import NewCaseFields
from alerts.desk.opened_once import MAX_KEY
from alerts.desk.pages.deeds import DATABASE_AWAY
from alerts.desk.pages.elements import NewCaseForm
from alerts.desk.pages.frame import Frame, Setting, content, open_frame
from alerts.desk.pages.gone import show_gone
from alerts.desk.pages.visitor import Visitor
from alerts.desk.pages.words import Words
from alerts.desk.pages.words_of_files import NEW_CASE_WORDS
from alerts.desk.rights import Right, may
from alerts.desk.service import DeskService
from alerts.desk.views import Officer, Role
from alerts.errors import NotAllowedError

_log = logging.getLogger(__name__)

CATEGORIES = (
    "security",
    "fire",
    "traffic",
    "environment",
    "dispute",
    "equipment",
    "other",
)


class Told(NewCaseFields):
    """The form as it comes from the browser, which may send anything.

    `key` is made when the form opens: sent twice, it opens one case.
    """

    key: Annotated[str, Field(min_length=1, max_length=MAX_KEY)] | None = None


async def show_new_case(client: Client, visitor: Visitor, setting: Setting) -> None:
    """Build the page, or say that there is none for this officer."""
    frame = await open_frame(client, visitor, setting)
    if not may(visitor.officer, Right.OPEN_CASES):
        client.status_code = 404
        show_gone(frame.words)
        return
    props = await asyncio.to_thread(form_props, frame.service, visitor.officer, frame.words)
    NewCasePage(frame, props)


def form_props(service: DeskService, officer: Officer, words: Words) -> dict[str, object]:
    """What can be chosen; cameras only for those who may know of them."""
    cameras = service.cameras(officer) if may(officer, Right.SEE_EQUIPMENT) else ()
    is_grid = officer.role is Role.GRID_WORKER
    origins = [each for each in Origin if each is not Origin.ALERT]
    if is_grid:  # what they are comes first
        origins.sort(key=lambda each: each is not Origin.GRID_WORKER)
    return {
        "officer": officer.name,
        "home": officer.area_id,
        "origins": _choices("origin", origins, words),
        "categories": _choices("category", CATEGORIES, words),
        "severities": _choices("severity", tuple(Severity), words),
        "areas": [
            {"value": area.area_id, "name": area.name, "parent": area.parent or ""}
            for area in service.areas(officer)
        ],
        "cameras": [
            {"value": each.camera_id, "name": each.name, "area": each.area_id} for each in cameras
        ],
    }


def _choices(group: str, values: Sequence[str], words: Words) -> list[dict[str, str]]:
    return [{"value": str(value), "name": words.named(group, value)} for value in values]


class NewCasePage:
    """The form of one officer."""

    def __init__(self, frame: Frame, props: dict[str, object]) -> None:
        self._frame, self._answers = frame, 0
        with content("desk-new-case"):
            self._form = NewCaseForm()
            words = frame.words.some(*NEW_CASE_WORDS)
            self._form.show({"words": words, "lang": frame.words.language, **props})
        self._form.on("open-case", self._open)

    async def _open(self, event: GenericEventArguments) -> None:
        officer = await self._frame.visitor.still_on_duty()
        if officer is None:
            self._frame.leave()
            return
        self._answers += 1
        answer = await asyncio.to_thread(self._opened, officer, event.args)
        self._form.show({"answer": {"number": self._answers, **answer}})

    def _opened(self, officer: Officer, sent: object) -> dict[str, str]:
        """The code, or why there is none, in words."""
        words = self._frame.words
        try:
            told = Told.model_validate(sent)
            row = self._frame.service.moves.open_by_hand(officer, told.new_case(), key=told.key)
        except OpenedAlreadyError as opened:
            return {"code": "", "text": words("new_case_before", code=opened.code), "used": "yes"}
        except (ValidationError, RequestError):
            return {"code": "", "text": words("malformed")}
        except NotAllowedError:
            return {"code": "", "text": words("refused")}
        except DATABASE_AWAY as error:
            _log.warning("no case was opened: %s", error, extra={"action": "deed-store-away"})
            return {"code": "", "text": words("away")}
        return {"code": row.code, "text": ""}
