"""What of the site file's `desk` is allowed, but hardly meant."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from alerts.config import DeskConfig
from alerts.limits_config import StepLimits

FROM_MOST_SEVERE = ("critical", "high", "medium", "low")


def desk_warnings(desk: DeskConfig) -> Iterator[str]:
    """Each with its key path."""
    if desk.session_idle_minutes > desk.session_hours * 60:
        yield "desk.session_idle_minutes: a session ends after desk.session_hours, which is sooner"
    for severe, milder in pairwise(FROM_MOST_SEVERE):
        for step in StepLimits.model_fields:
            if _minutes(desk, severe, step) > _minutes(desk, milder, step):
                yield f"desk.limits.{severe}.{step}: it is longer than for {milder}"
    for index, host in enumerate(desk.webhooks.hosts):
        if host.count(":") == 1:
            yield f"desk.webhooks.hosts[{index}]: {host!r} fits no address: write no port"


def _minutes(desk: DeskConfig, severity: str, step: str) -> float:
    return float(getattr(getattr(desk.limits, severity), step))
