"""An object followed over the frames of one camera's session."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ingest.frame import CameraId


class TrackState(StrEnum):
    """Life of a track."""

    TENTATIVE = "tentative"  # seen too briefly to count
    CONFIRMED = "confirmed"  # rules see it
    LOST = "lost"  # confirmed before, not seen on this frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One object on one frame.

    Attributes:
        track_id: Unique in camera and session, from 1.
        class_id: Index into the card's classes.
        label: Name of the class in `models/labels.yaml`.
        xyxy: Box in pixels of the source picture.
        first_seen_s: `time_s` of the first frame.
        last_seen_s: `time_s` of the last frame on which it was detected.
    """

    track_id: int
    camera_id: CameraId
    class_id: int
    label: str
    xyxy: tuple[float, float, float, float]
    confidence: float
    state: TrackState
    first_seen_s: float
    last_seen_s: float
