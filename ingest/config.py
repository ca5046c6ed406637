"""What a camera's entry in the site file says to the ingest side."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from ingest.polygon import Polygon

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
"""Ids of cameras, zones, rules, nodes: they stand in MQTT topics and file names."""

SourceUrl = Annotated[SecretStr, Field(min_length=1)]

DecoderChoice = Literal["software", "auto", "cuvid", "qsv", "v4l2m2m"]
"""Who decodes: libav itself, a kind of hardware by libav's name, or `auto`: what works of them."""


class Owner(StrEnum):
    """Who owns the camera; household cameras need consent."""

    DEPARTMENT = "department"
    HOUSEHOLD = "household"


class Hours(BaseModel):
    """A daily span of local time, written `07:00-22:00`; it may pass midnight."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: time
    end: time

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        start, dash, end = value.partition("-")
        if not dash:
            raise ValueError("hours are written as 07:00-22:00")
        return {"start": start.strip(), "end": end.strip()}


class Consent(BaseModel):
    """A household's consent: until when, at which hours, for what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    until: date
    hours: Hours | None = None
    purpose: Annotated[str, Field(min_length=1, max_length=200)]


class CameraConfig(BaseModel):
    """One camera as the ingest side sees it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: Identifier
    name: Annotated[str, Field(max_length=300)] = ""
    owner: Owner = Owner.DEPARTMENT
    department: Annotated[str, Field(max_length=100)] | None = None
    class_: Annotated[int, Field(alias="class", ge=1, le=3)] = 2
    area: str
    node: Identifier | None = None
    url: SourceUrl | None = None
    url_file: Path | None = None
    substream_url: SourceUrl | None = None
    substream_url_file: Path | None = None
    transport: Literal["tcp", "udp"] = "tcp"
    open_timeout_s: Annotated[float, Field(gt=0, le=60)] = 3.0
    read_timeout_s: Annotated[float, Field(gt=0, le=60)] = 3.0
    sample_fps: Annotated[float, Field(gt=0, le=60)] = 5.0
    gate: Literal["auto", "off"] = "auto"
    regions: Literal["auto", "off"] = "off"
    decoder: DecoderChoice | None = None
    privacy_masks: tuple[Polygon, ...] = ()
    consent: Consent | None = None

    @model_validator(mode="after")
    def _has_one_address(self) -> Self:
        if (self.url is None) == (self.url_file is None):
            raise ValueError("give either url or url_file")
        if self.substream_url is not None and self.substream_url_file is not None:
            raise ValueError("give either substream_url or substream_url_file")
        return self

    @property
    def has_substream(self) -> bool:
        """Whether a smaller stream is analysed, and `url` is for evidence only."""
        return self.substream_url is not None or self.substream_url_file is not None
