"""ByteTrack of `trackers`, one instance a class, with ids of our own.

Zhang et al., "ByteTrack: Multi-Object Tracking by Associating Every Detection Box" (2022).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import supervision as sv
from trackers import ByteTrackTracker

from detectors.detections import Detections
from detectors.track import Track, TrackState
from ingest.frame import CameraId, FrameTime

MIN_STEP_S = 1e-3
"""Repaired clocks may repeat a `time_s`; the tracker wants time to advance."""

REFERENCE_HZ = 5.0
"""Rate at which the motion model's noise is meant. Measured on vtest and TUD-Campus (10 and 25
frames a second): IDF1 0.77 and 0.71 at 5, 0.53 and 0.62 at the library's 30."""


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


class Tracker:
    """Follows the objects that one model sees in one camera's session."""

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
        self._by_class: dict[int, _ClassTracker] = {}
        self._last_s = -1.0

    def update(self, detections: Detections) -> list[Track]:
        """Tracks after this frame: CONFIRMED where detected on it, LOST where missed."""
        now_s = max(detections.at.time_s, self._last_s + MIN_STEP_S)
        self._last_s = now_s
        classes = {*self._by_class, *detections.class_id.tolist()}
        tracks: list[Track] = []
        for class_id in sorted(classes):
            tracks += self._class_tracker(class_id).update(self._ids, detections, now_s)
        return tracks

    def _class_tracker(self, class_id: int) -> _ClassTracker:
        if class_id not in self._by_class:
            self._by_class[class_id] = _ClassTracker(
                self._camera_id, class_id, self._labels[class_id], self._config
            )
        return self._by_class[class_id]


class _ClassTracker:
    def __init__(
        self, camera_id: CameraId, class_id: int, label: str, config: TrackerConfig
    ) -> None:
        self._camera_id, self._class_id, self._label = camera_id, class_id, label
        self._lost_s = config.lost_s
        self._known: dict[int, Track] = {}  # by the library's id
        self._library = ByteTrackTracker(
            lost_track_buffer=round(config.lost_s * 30),  # counted in frames of 1/30 s
            frame_rate=REFERENCE_HZ,
            track_activation_threshold=config.start_confidence,
            minimum_consecutive_frames=config.min_frames,
            minimum_iou_threshold=config.min_iou,
            high_conf_det_threshold=config.high_confidence,
        )

    def update(self, ids: TrackIds, detections: Detections, now_s: float) -> list[Track]:
        mine = detections.class_id == self._class_id
        seen = set[int]()
        if self._library.tracks or mine.any():  # else it would do nothing, but take its time
            boxes = sv.Detections(
                xyxy=detections.xyxy[mine], confidence=detections.confidence[mine]
            )
            for xyxy, confidence, library_id in _rows(self._library.update(boxes, timestamp=now_s)):
                seen.add(library_id)
                if library_id not in self._known:
                    self._known[library_id] = self._new(ids, detections.at)
                self._see(library_id, xyxy, confidence, detections.at.time_s)
        self._miss(seen, detections.at.time_s)
        return list(self._known.values())

    def _new(self, ids: TrackIds, at: FrameTime) -> Track:
        return Track(
            track_id=ids.next(at.session),
            camera_id=self._camera_id,
            class_id=self._class_id,
            label=self._label,
            xyxy=(0.0, 0.0, 0.0, 0.0),
            confidence=0.0,
            state=TrackState.TENTATIVE,
            first_seen_s=at.time_s,
            last_seen_s=at.time_s,
        )

    def _see(self, library_id: int, xyxy: np.ndarray, confidence: float, time_s: float) -> None:
        self._known[library_id] = replace(
            self._known[library_id],
            xyxy=(float(xyxy[0]), float(xyxy[1]), float(xyxy[2]), float(xyxy[3])),
            confidence=confidence,
            state=TrackState.CONFIRMED,
            last_seen_s=time_s,
        )

    def _miss(self, seen: set[int], time_s: float) -> None:
        for library_id in [key for key in self._known if key not in seen]:
            track = self._known[library_id]
            if time_s - track.last_seen_s > self._lost_s:
                del self._known[library_id]
            elif track.state is TrackState.CONFIRMED:
                self._known[library_id] = replace(track, state=TrackState.LOST)


def _rows(found: sv.Detections) -> Iterator[tuple[np.ndarray, float, int]]:
    """Box, confidence and the library's id of each detection that belongs to a track."""
    if found.tracker_id is None or found.confidence is None:
        return
    for index in np.flatnonzero(found.tracker_id >= 0):
        yield found.xyxy[index], float(found.confidence[index]), int(found.tracker_id[index])
