"""The site file's `desk.limits`: how long each step of a case may take, by severity."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from alerts.alert import Severity

Minutes = Annotated[float, Field(gt=0, le=60 * 24 * 90)]


class StepLimits(BaseModel):
    """Minutes for each step: to accept, to act on an accepted or reported case, to handle."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    accept_min: Minutes
    act_min: Minutes
    handle_min: Minutes


class LimitsConfig(BaseModel):
    """Of our own choice: no rule of the state names figures for all kinds of cases."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    critical: StepLimits = StepLimits(accept_min=5, act_min=15, handle_min=2 * 60)
    high: StepLimits = StepLimits(accept_min=10, act_min=30, handle_min=8 * 60)
    medium: StepLimits = StepLimits(accept_min=30, act_min=60, handle_min=24 * 60)
    low: StepLimits = StepLimits(accept_min=2 * 60, act_min=4 * 60, handle_min=72 * 60)

    def of(self, severity: Severity) -> StepLimits:
        """Those of one severity."""
        by_severity = {
            Severity.CRITICAL: self.critical,
            Severity.HIGH: self.high,
            Severity.MEDIUM: self.medium,
            Severity.LOW: self.low,
        }
        return by_severity[severity]
