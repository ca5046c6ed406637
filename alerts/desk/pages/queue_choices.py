"""What the filters of the queue offer to choose from, as props; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from alerts.alert import Severity
from alerts.desk.equipment_views import AreaRow, CameraRow
from alerts.desk.pages.queue_asked import MINE, PERIODS, Asked
from alerts.desk.pages.words import Words
from alerts.desk.views import Officer

MOST_CAMERAS = 300
"""A longer list nobody reads; choosing an area shortens it."""

Choice = dict[str, str]


class Known(NamedTuple):
    """What there is in the officer's areas."""

    areas: Sequence[AreaRow]
    cameras: Sequence[CameraRow]
    categories: Sequence[str]


def choices(asked: Asked, officer: Officer, known: Known, words: Words) -> dict[str, object]:
    """By filter, value and name of each choice."""
    cameras = _cameras(known.cameras, _below(asked.area, known.areas))
    return {
        "severity": _severities(words),
        "category": [
            {"value": each, "name": words.named("category", each)}
            for each in _with(asked.category, known.categories)
        ],
        "area": _areas(known.areas, asked.area),
        "camera": _cut(cameras, asked.camera),
        "cameras_cut": len(cameras) > MOST_CAMERAS,
        "period": [{"value": each, "name": words(f"period.{each}")} for each in (*PERIODS, "days")],
        "mine": [
            {"value": each, "name": words(f"mine.{each}")}
            for each in MINE
            if each != "department" or officer.department
        ],
    }


def _severities(words: Words) -> list[Choice]:
    rising = list(Severity)
    one = [{"value": each.value, "name": words.named("severity", each)} for each in rising[::-1]]
    up = [
        {"value": ",".join(rising[rising.index(least) :]), "name": words(f"severity_up.{least}")}
        for least in (Severity.HIGH, Severity.MEDIUM)
    ]
    return [*one, *up]


def _areas(areas: Sequence[AreaRow], asked: str) -> list[Choice]:
    """As a tree: deeper ones further to the right."""
    depth: dict[str, int] = {}
    for area in areas:
        depth[area.area_id] = depth.get(area.parent or "", -1) + 1
    found = [
        {"value": area.area_id, "name": "　" * depth[area.area_id] + area.name} for area in areas
    ]
    is_known = not asked or asked in depth
    return found if is_known else [*found, {"value": asked, "name": asked}]


def _below(asked: str, areas: Sequence[AreaRow]) -> frozenset[str]:
    """The area and all below it; all areas where none is asked for."""
    if not asked:
        return frozenset(area.area_id for area in areas)
    found = {asked}
    for area in areas:  # parents first
        if area.parent in found:
            found.add(area.area_id)
    return frozenset(found)


def _cameras(cameras: Sequence[CameraRow], areas: frozenset[str]) -> list[Choice]:
    found = [
        {"value": each.camera_id, "name": each.name or each.camera_id}
        for each in cameras
        if each.area_id in areas
    ]
    return sorted(found, key=lambda choice: choice["name"])


def _cut(cameras: list[Choice], asked: str) -> list[Choice]:
    """At most `MOST_CAMERAS`, among them the one that is asked for."""
    kept = cameras[:MOST_CAMERAS]
    if asked and all(choice["value"] != asked for choice in kept):
        name = next((each["name"] for each in cameras if each["value"] == asked), asked)
        kept.append({"value": asked, "name": name})
    return kept


def _with(asked: str, values: Iterable[str]) -> list[str]:
    return sorted({*values, asked} - {""})
