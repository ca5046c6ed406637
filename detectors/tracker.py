"""ByteTrack: every detection is associated, the confident ones first.

Zhang et al., "ByteTrack: Multi-Object Tracking by Associating Every Detection Box" (2022),
algorithm 1, with boxes predicted by their sides and overlap as the one measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from detectors.association import Pair, associated
from detectors.box_motion import BoxMotion
from detectors.detections import Detections
from detectors.overlap import overlaps
from detectors.track import Track, TrackState
from ingest.frame import CameraId, FrameTime

MIN_STEP_S = 1e-3
"""Repaired clocks may repeat a `time_s`; boxes are predicted over a time above 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerConfig:
    """Thresholds of ByteTrack.

    Attributes:
        high_confidence: Detections from here on are matched first.
        start_confidence: A new track starts from here on.
        min_iou: Least overlap of a match with the predicted box.
        min_frames: Consecutive matches until a track is confirmed.
        lost_s: A track not seen for this long is forgotten.
    """

    high_confidence: float = 0.5
    start_confidence: float = 0.6
    min_iou: float = 0.1
    min_frames: int = 2
    lost_s: float = 2.0


class TrackIds:
    """Numbers the tracks of one camera, from 1 in each session; all its trackers share it."""

    def __init__(self) -> None:
        self._session: str | None = None
        self._last = 0

    def next(self, session: str) -> int:
        """The next id of `session`."""
        self._last = self._last + 1 if session == self._session else 1
        self._session = session
        return self._last


@dataclass(slots=True, kw_only=True)
class _Followed:
    """What belongs to one row of the boxes' motion; `track` is None until confirmed."""

    class_id: int
    seen_s: float
    frames: int = 1
    track: Track | None = None


class Tracker:
    """Follows the objects that one model sees in one camera's session, each class by itself."""

    def __init__(
        self,
        camera_id: CameraId,
        labels: Sequence[str],
        config: TrackerConfig | None = None,
        *,
        ids: TrackIds | None = None,
    ) -> None:
        """`ids` is shared by the trackers of all models that look at the camera."""
        self._camera_id = camera_id
        self._labels = labels
        self._config = config or TrackerConfig()
        self._ids = ids or TrackIds()
        self.reset()

    @property
    def start_confidence(self) -> float:
        """A detection from here on starts a track."""
        return self._config.start_confidence

    def reset(self) -> None:
        """Forget all tracks."""
        self._followed: list[_Followed] = []
        self._motion = BoxMotion()
        self._last_s = -1.0

    def update(self, detections: Detections) -> list[Track]:
        """Tracks after this frame, by class: CONFIRMED where detected on it, LOST where missed."""
        now_s = max(detections.at.time_s, self._last_s + MIN_STEP_S)
        elapsed_s, self._last_s = now_s - self._last_s, now_s
        if not self._followed and len(detections) == 0:
            return []
        if self._followed:
            self._motion.predict(elapsed_s)
            self._forget([now_s - f.seen_s <= self._config.lost_s for f in self._followed])
        pairs = self._pairs(detections)
        self._see(pairs, detections, now_s)
        self._miss(now_s)
        self._start(pairs, detections, now_s)
        tracks = [each.track for each in self._followed if each.track is not None]
        return sorted(tracks, key=lambda track: (track.class_id, track.track_id))

    def _pairs(self, found: Detections) -> list[Pair]:
        if not self._followed or len(found) == 0:
            return []
        shared = overlaps(self._motion.xyxy, found.xyxy)
        classes = np.array([each.class_id for each in self._followed])
        shared[classes[:, None] != found.class_id] = 0
        high = self._config.high_confidence
        is_high = [confidence >= high for confidence in found.confidence.tolist()]
        return associated(shared.tolist(), is_high, self._config.min_iou)

    def _see(self, pairs: list[Pair], found: Detections, now_s: float) -> None:
        if not pairs:
            return
        rows, places = map(list, zip(*pairs, strict=True))
        self._motion.correct(rows, found.xyxy[places])
        boxes, confidence = found.xyxy.tolist(), found.confidence.tolist()
        for row, place in sorted(pairs, key=lambda pair: self._followed[pair[0]].class_id):
            each = self._followed[row]
            each.frames += 1
            each.seen_s = now_s
            if each.frames >= self._config.min_frames:
                each.track = self._confirmed(each, boxes[place], confidence[place], found.at)

    def _confirmed(
        self,
        each: _Followed,
        xyxy: Sequence[float],
        confidence: float,
        at: FrameTime,
    ) -> Track:
        known = each.track
        return Track(
            track_id=self._ids.next(at.session) if known is None else known.track_id,
            camera_id=self._camera_id,
            class_id=each.class_id,
            label=self._labels[each.class_id],
            xyxy=(xyxy[0], xyxy[1], xyxy[2], xyxy[3]),
            confidence=confidence,
            state=TrackState.CONFIRMED,
            first_seen_s=at.time_s if known is None else known.first_seen_s,
            last_seen_s=at.time_s,
        )

    def _miss(self, now_s: float) -> None:
        """Of tracks not detected now, the confirmed are lost, the others were a mistake."""
        self._forget([each.seen_s == now_s or each.track is not None for each in self._followed])
        for each in self._followed:
            if each.seen_s != now_s and each.track is not None:
                each.track = _lost(each.track)

    def _forget(self, kept: list[bool]) -> None:
        if not all(kept):
            rows = [row for row, is_kept in enumerate(kept) if is_kept]
            self._motion.keep(rows)
            self._followed = [self._followed[row] for row in rows]

    def _start(self, pairs: list[Pair], found: Detections, now_s: float) -> None:
        """Follow what is confident and belongs to nobody."""
        config = self._config
        new = found.confidence >= max(config.high_confidence, config.start_confidence)
        new[[place for _, place in pairs]] = False
        if new.any():
            self._motion.add(found.xyxy[new])
            classes = found.class_id[new].tolist()
            self._followed += [_Followed(class_id=each, seen_s=now_s) for each in classes]


def _lost(track: Track) -> Track:
    return track if track.state is TrackState.LOST else replace(track, state=TrackState.LOST)
