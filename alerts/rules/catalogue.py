"""Which rule kinds there are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from alerts.rules.config import RuleConfig
from alerts.rules.presence import PresenceRule
from alerts.rules.rule import Rule
from alerts.zone import Zone
from ingest.frame import CameraId


class RuleFactory(Protocol):
    """How a rule is made for one camera."""

    def __call__(
        self, config: RuleConfig, zone: Zone, *, site: str, camera_id: CameraId, model_id: str
    ) -> Rule:
        """A rule that has seen nothing yet."""
        ...


RULES: Mapping[str, RuleFactory] = MappingProxyType({"presence": PresenceRule})
"""From a rule's `kind` in the site file to its factory."""
