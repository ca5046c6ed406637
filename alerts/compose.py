"""From a rule's alert to the message that goes on the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from alerts.alert import Alert
from alerts.schema import AlertMessage, EvidenceReference, Text
from alerts.words import alert_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What the outbox adds to an alert: its place in the queue and its evidence so far."""

    outbox_id: UUID
    sequence: int
    evidence: tuple[EvidenceReference, ...]


Compose = Callable[[Alert, Stamp], AlertMessage]
"""Makes the message of an alert; called inside the outbox's transaction, so it must be pure."""


class MessageComposer:
    """`Compose` for one node.

    Args:
        node: The node's id.
        cameras: Names of cameras by id; a camera without one is called by its id.
        zones: Names of zones by (camera id, zone id); one without is called by its id.
        labels: Names of labels from `models/labels.yaml`; one without stays as it is.
        min_s: The rules' `min_s` by (camera id, rule id).
    """

    def __init__(
        self,
        node: str,
        *,
        cameras: Mapping[str, str],
        zones: Mapping[tuple[str, str], str],
        labels: Mapping[str, Text],
        min_s: Mapping[tuple[str, str], float],
    ) -> None:
        self._node = node
        self._cameras = cameras
        self._zones = zones
        self._labels = labels
        self._min_s = min_s

    def __call__(self, alert: Alert, stamp: Stamp) -> AlertMessage:
        """The message of `alert` at the place `stamp`."""
        return AlertMessage(
            node=self._node,
            outbox_id=stamp.outbox_id,
            camera=alert.camera_id,
            sequence=stamp.sequence,
            alert_id=alert.alert_id,
            phase=alert.phase,
            rule=alert.rule_id,
            kind=alert.kind,
            zone=alert.zone_id,
            label=alert.label,
            confidence=alert.confidence,
            severity=alert.severity,
            category=alert.category,
            model=alert.model_id,
            captured_at=alert.at.captured_at,
            raised_at=alert.raised_at,
            ended_at=alert.ended_at,
            reason=alert.reason,
            track_ids=alert.track_ids,
            box=alert.box,
            evidence=stamp.evidence,
            text=self._text(alert),
        )

    def _text(self, alert: Alert) -> Text:
        return alert_text(
            alert,
            camera=self._cameras.get(alert.camera_id) or alert.camera_id,
            zone=self._zones.get((alert.camera_id, alert.zone_id)) or alert.zone_id,
            label=self._labels.get(alert.label, Text(zh=alert.label, en=alert.label)),
            min_s=self._min_s.get((alert.camera_id, alert.rule_id), 0.0),
        )
