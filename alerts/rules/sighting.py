"""Which tracks a rule counts on one frame."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from alerts.zone import Zone, bottom_centre
from detectors.track import Track, TrackState
from ingest.frame import Wh

MAX_TRACK_IDS = 32
"""As many track ids as a message carries."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """The tracks in the zone on one frame.

    Attributes:
        label: Of the leading track: the most confident, the lowest id among equals.
        confidence: Of the leading track.
        box: Of the leading track: x1, y1, x2, y2 in 0–1 of the picture.
        track_ids: Ascending, at most `MAX_TRACK_IDS`.
        count: Number of tracks, also beyond `MAX_TRACK_IDS`.
    """

    label: str
    confidence: float
    box: Box
    track_ids: tuple[int, ...]
    count: int


def sight(
    tracks: Iterable[Track], labels: Collection[str], zone: Zone, source_wh: Wh
) -> Sighting | None:
    """Confirmed tracks of `labels` whose anchor lies in `zone`, or None."""
    present = [
        track
        for track in tracks
        if track.state is TrackState.CONFIRMED
        and track.label in labels
        and zone.contains(bottom_centre(fractions(track.xyxy, source_wh)))
    ]
    if not present:
        return None
    leading = min(present, key=lambda track: (-track.confidence, track.track_id))
    return Sighting(
        label=leading.label,
        confidence=min(1.0, max(0.0, leading.confidence)),
        box=fractions(leading.xyxy, source_wh),
        track_ids=tuple(sorted(track.track_id for track in present)[:MAX_TRACK_IDS]),
        count=len(present),
    )


def fractions(xyxy: Box, source_wh: Wh) -> Box:
    """A box of pixels as fractions of the picture, cut at its border.

    A predicted box may reach beyond the picture; uncut, the anchor of somebody standing at the
    lower border would lie outside every zone.
    """
    width, height = source_wh
    x1, y1, x2, y2 = xyxy
    return _cut(x1 / width), _cut(y1 / height), _cut(x2 / width), _cut(y2 / height)


def _cut(value: float) -> float:
    return min(1.0, max(0.0, value))
