"""The site file's `desk.retention`: how long evidence is kept, and how much of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Days = Annotated[float, Field(gt=0, le=36_500)]
Gigabytes = Annotated[float, Field(gt=0, le=10_000_000)]


class Keep(BaseModel):
    """Evidence older than `days` goes, and the oldest beyond `max_gb`; null: no such limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: Days | None = None
    max_gb: Gigabytes | None = None


class AreaRetention(BaseModel):
    """What holds in an area and those below it; a null owner is as further up."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    area: str
    department: Keep | None = None
    household: Keep | None = None


class RetentionConfig(BaseModel):
    """Of closed cases only: what an open case needs is never deleted.

    A household's yard is kept for a shorter time than a public square.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    department: Keep = Keep(days=90)
    household: Keep = Keep(days=30)
    areas: tuple[AreaRetention, ...] = ()
    max_gb: Gigabytes | None = None
    unreferenced_days: Annotated[float, Field(ge=1, le=36_500)] = 14
