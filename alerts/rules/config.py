"""What a rule's entry in the site file says."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from alerts.alert import Severity
from ingest.config import Identifier


class RuleConfig(BaseModel):
    """A rule of kind `presence`; `labels` are names of `models/labels.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Identifier
    kind: Literal["presence"]
    labels: Annotated[tuple[str, ...], Field(min_length=1)]
    zone: Identifier
    min_s: Annotated[float, Field(ge=0, le=3600)] = 2.0
    cooldown_s: Annotated[float, Field(ge=0, le=86_400)] = 60.0
    severity: Severity = Severity.MEDIUM
    category: Annotated[str, Field(min_length=1, max_length=100)] = "security"
    model: Identifier | None = None
