"""The register as props of its component, and its filter as an address; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from alerts.desk.pages.words import Words
from alerts.desk.register import COMMAND_LINE
from alerts.desk.register_views import (
    RegisterAction,
    RegisterFilter,
    RegisterPage,
    RegisterRow,
)

FIELDS = ("actor", "action", "camera", "case", "from", "to")
"""Of the filter, as they stand in the address."""
_MAX_FIELD = 64
_FIRST_YEAR, _LAST_YEAR = 1970, 9000  # days nearer the ends of the calendar have no UTC


def filter_of(given: Mapping[str, str], zone: str) -> RegisterFilter:
    """From the fields of the address; days are of the site's time zone, `to` is included.

    Raises:
        ValueError: One of them is nothing that can be filtered by.
    """
    asked = {name: given.get(name, "").strip() for name in FIELDS}
    if any(len(words) > _MAX_FIELD for words in asked.values()):
        raise ValueError("a field is too long")
    last = _day(asked["to"], zone)
    return RegisterFilter(
        actor=asked["actor"] or None,
        action=RegisterAction(asked["action"]) if asked["action"] else None,
        camera_id=asked["camera"] or None,
        case_code=asked["case"] or None,
        since=_day(asked["from"], zone),
        until=None if last is None else last + timedelta(days=1),
    )


def filter_props(given: Mapping[str, str], words: Words) -> dict[str, object]:
    """The form as it was filled in."""
    actions = [{"value": "", "name": words("register.any")}]
    actions += [{"value": a.value, "name": words.named("look", a)} for a in RegisterAction]
    fields = [
        {
            "name": name,
            "label": words.named("register", name),
            "value": given.get(name, "")[:_MAX_FIELD],
            "type": "date" if name in {"from", "to"} else "text",
            "choices": actions if name == "action" else [],
        }
        for name in FIELDS
    ]
    return {"fields": fields}


def list_props(
    page: RegisterPage, given: Mapping[str, str], words: Words, *, is_newest: bool
) -> dict[str, object]:
    """The entries, the head of the chain, and where to go on."""
    asked = {name: given[name] for name in FIELDS if given.get(name)}
    older = "" if page.next_cursor is None else _address({**asked, "cursor": page.next_cursor})
    return {
        "columns": [words(f"register.{name}") for name in _COLUMNS],
        "rows": [_row(row, words) for row in page.rows],
        "head": str(page.head),
        "older": older,
        "newest": "" if is_newest else _address(asked),
    }


_COLUMNS = ("number", "at", "actor", "action", "subject", "area", "reason", "client")


def _row(row: RegisterRow, words: Words) -> dict[str, object]:
    role = words.named("role", row.role) if row.role else ""
    is_here = row.actor == COMMAND_LINE
    owner = words.named("owner", row.owner) if row.owner else ""
    camera = f"{row.camera_name}（{owner}）" if row.camera_id and owner else row.camera_name
    return {
        "number": row.number,
        "at": row.at.isoformat(),
        "actor": words.named("actor", row.actor) if is_here else row.actor_name,
        "login": "" if is_here else f"{row.actor} · {role}",
        "action": words.named("look", row.action),
        "case": row.case_code,
        "camera": camera,
        "subject": row.subject,
        "area": row.area_name,
        "reason": row.reason,
        "client": row.client,
    }


def _address(fields: Mapping[str, str]) -> str:
    return f"/register?{urlencode(fields)}" if fields else "/register"


def _day(words: str, zone: str) -> datetime | None:
    if not words:
        return None
    day = date.fromisoformat(words)
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError("a day of another age")
    return datetime.combine(day, time(), ZoneInfo(zone))
