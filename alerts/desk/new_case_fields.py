"""What is sent to open a case by hand, from a page or another platform."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from alerts.alert import Severity
from alerts.case import Origin
from alerts.desk.by_hand import MAX_CATEGORY, MAX_PLACE, NewCase
from alerts.desk.case_hold import MAX_NOTE


class NewCaseFields(BaseModel):
    """The fields as the form's page sends them; the service says which of them are wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    origin: Origin
    category: Annotated[str, Field(min_length=1, max_length=MAX_CATEGORY)]
    severity: Severity
    area: Annotated[str, Field(max_length=32)]
    text: Annotated[str, Field(max_length=MAX_NOTE)]
    place: Annotated[str, Field(max_length=MAX_PLACE)] = ""
    camera: Annotated[str, Field(max_length=64)] | None = None

    def new_case(self) -> NewCase:
        """As the service takes it."""
        return NewCase(
            origin=self.origin,
            category=self.category,
            severity=self.severity,
            area_id=self.area,
            text=self.text,
            place=self.place,
            camera_id=self.camera,
        )
