"""The rules that judge one camera's tracks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from alerts.alert import Alert, Reason
from alerts.rules.catalogue import RULES
from alerts.rules.config import RuleConfig
from alerts.rules.rule import Rule
from alerts.zone import Zone, ZoneConfig
from detectors.track import Track
from ingest.frame import CameraId, FrameTime, Wh


class CameraWatch:
    """All rules of one camera that judge the tracks of one model, in the site file's order."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)

    @classmethod
    def build(
        cls,
        rules: Iterable[RuleConfig],
        zones: Iterable[ZoneConfig],
        *,
        site: str,
        camera_id: CameraId,
        model_id: str,
    ) -> CameraWatch:
        """From the site file; raises KeyError for a zone or kind that `check` would have named."""
        by_id: Mapping[str, Zone] = {zone.id: Zone(zone) for zone in zones}
        return cls(
            RULES[rule.kind](
                rule, by_id[rule.zone], site=site, camera_id=camera_id, model_id=model_id
            )
            for rule in rules
        )

    def update(self, tracks: Sequence[Track], at: FrameTime, source_wh: Wh) -> list[Alert]:
        """What all rules have to say on this frame."""
        return [alert for rule in self._rules for alert in rule.update(tracks, at, source_wh)]

    @property
    def is_settled(self) -> bool:
        """Whether no rule can raise an alert before an open one has ended."""
        return bool(self._rules) and all(rule.is_settled for rule in self._rules)

    def end(self, reason: Reason = Reason.STREAM_ENDED) -> list[Alert]:
        """End what is open; call it when the camera's session is over or watching stops."""
        return [alert for rule in self._rules for alert in rule.end(reason)]

    def reset(self) -> None:
        """Forget everything, without a message."""
        for rule in self._rules:
            rule.reset()
