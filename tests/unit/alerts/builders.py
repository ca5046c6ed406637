"""Tracks, frames' times and alerts with as few words as a test needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from alerts.alert import Alert, Phase, Reason, Severity
from alerts.compose import MessageComposer
from alerts.schema import Text
from detectors.track import Track, TrackState
from ingest.frame import CameraId, FrameTime

WH = (1000, 500)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
IDS = UUID("00000000-0000-4000-8000-000000000000")

compose = MessageComposer(
    "node-1",
    cameras={"gate": "大门"},
    zones={},
    labels={"person": Text(zh="人", en="person")},
    min_s={("gate", "stay"): 2.0},
)


def when(time_s: float, *, session: str = "s", camera: str = "gate", number: int = 1) -> FrameTime:
    """A frame's times: `captured_at` is noon plus `time_s`."""
    return FrameTime(
        camera_id=CameraId(camera),
        session=session,
        number=number,
        time_s=time_s,
        captured_at=NOON + timedelta(seconds=time_s),
    )


def track(
    track_id: int = 1,
    *,
    anchor: tuple[float, float] = (0.5, 0.8),
    confidence: float = 0.8,
    label: str = "person",
    state: TrackState = TrackState.CONFIRMED,
) -> Track:
    """A track whose bottom centre is at `anchor` (0–1 of a picture of `WH`)."""
    x, y = anchor[0] * WH[0], anchor[1] * WH[1]
    return Track(
        track_id=track_id,
        camera_id=CameraId("gate"),
        class_id=0,
        label=label,
        xyxy=(x - 20, y - 100, x + 20, y),
        confidence=confidence,
        state=state,
        first_seen_s=0.0,
        last_seen_s=0.0,
    )


def alert(
    phase: Phase = Phase.RAISED,
    *,
    number: int = 1,
    camera: str = "gate",
    time_s: float = 0.0,
    reason: Reason | None = None,
    label: str = "person",
    track_ids: Sequence[int] = (1,),
) -> Alert:
    """One phase of alert `number` of `camera`."""
    at = when(time_s, camera=camera)
    return Alert(
        alert_id=uuid5(IDS, f"{camera} {number}"),
        phase=phase,
        at=at,
        rule_id="stay",
        kind="presence",
        zone_id="lawn",
        label=label,
        confidence=0.75,
        severity=Severity.MEDIUM,
        category="security",
        model_id="coco",
        raised_at=NOON,
        ended_at=at.captured_at if phase is Phase.ENDED else None,
        reason=reason,
        track_ids=tuple(track_ids),
        box=(0.1, 0.2, 0.3, 0.4),
    )
