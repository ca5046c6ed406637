"""An alert as a rule speaks it, before it has a place in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from ingest.frame import CameraId, FrameTime


class Phase(StrEnum):
    """The messages of one alert, in this order; `updated` may repeat or be absent."""

    RAISED = "raised"
    UPDATED = "updated"
    ENDED = "ended"


class Severity(StrEnum):
    """How urgent; Chinese names in `alerts.words`."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Reason(StrEnum):
    """Why an alert was updated or ended."""

    GONE = "gone"  # it has not held for the rule's end time
    STREAM_ENDED = "stream-ended"
    RULE_REMOVED = "rule-removed"
    CHANGED = "changed"  # label, confidence or number of tracks
    REOPENED = "reopened"  # a new presence within the cooldown
    EVIDENCE = "evidence"  # a snapshot or clip was stored, or failed for good


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One phase of one alert, as a rule emits it.

    Attributes:
        alert_id: The same in all phases of one alert.
        at: The frame on which it was emitted; of `ended`, when that was, with the number of the
            last frame that counted.
        raised_at: `captured_at` of the frame on which it was raised.
        ended_at: `captured_at` of its end, in `ended` only.
        track_ids: Tracks in the zone on this frame, at most 32, ascending; in `ended` those
            last seen in it.
        box: x1, y1, x2, y2 of the leading track, 0–1 of the source picture; in `ended` the
            last one seen.
        confidence: Of the leading track.
    """

    alert_id: UUID
    phase: Phase
    at: FrameTime
    rule_id: str
    kind: str
    zone_id: str
    label: str
    confidence: float
    severity: Severity
    category: str
    model_id: str
    raised_at: datetime
    ended_at: datetime | None
    reason: Reason | None
    track_ids: tuple[int, ...]
    box: tuple[float, float, float, float]

    @property
    def camera_id(self) -> CameraId:
        """The camera it was seen on."""
        return self.at.camera_id
