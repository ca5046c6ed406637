"""The tree of areas: county, town, village, grid."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class AreaLevel(StrEnum):
    """Levels from the top down."""

    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    GRID = "grid"


AreaId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,32}$")]


class AreaConfig(BaseModel):
    """One area; the id is usually the official division code."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: AreaId
    name: Annotated[str, Field(min_length=1, max_length=300)]
    level: AreaLevel
    parent: AreaId | None = None


def subtree(areas: Iterable[AreaConfig], root: str) -> frozenset[str]:
    """The id `root` and those of all areas below it."""
    children: dict[str | None, list[str]] = {}
    for area in areas:
        children.setdefault(area.parent, []).append(area.id)
    found, rest = set[str](), [root]
    while rest:
        area_id = rest.pop()
        if area_id not in found:  # a cycle in the file must not hang us
            found.add(area_id)
            rest += children.get(area_id, [])
    return frozenset(found)
