"""One camera under one model: its tracker and its rules, live and in replay alike."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from alerts.alert import Alert, Reason
from alerts.watch import CameraWatch
from detectors.detections import Detections
from detectors.track import Track, TrackState
from detectors.tracker import Tracker
from ingest.frame import Box
from ingest.stage_ledger import StageLedger

STAGES = ("track", "rules")


class CameraAnalysis:
    """Turns detections of one camera, in order, into alerts; only `class_ids` are tracked.

    `stages` is shared by all analyses of a thread and knows `track` and `rules`.
    """

    def __init__(
        self,
        class_ids: Iterable[int],
        tracker: Tracker,
        watch: CameraWatch,
        *,
        stages: StageLedger | None = None,
    ) -> None:
        self._class_ids = frozenset(class_ids)
        self._tracker = tracker
        self._watch = watch
        self._stages = stages or StageLedger(STAGES)
        self._session: str | None = None
        self._has_start = False
        self._seen: tuple[Box, ...] = ()
        self.tracks: tuple[Track, ...] = ()

    @property
    def places(self) -> tuple[Box, ...]:
        """Where somebody was last followed, and where one was seen on this frame."""
        return (*(track.xyxy for track in self.tracks), *self._seen)

    @property
    def is_following(self) -> bool:
        """Whether somebody is on this frame: a track was seen, or one would start here."""
        return self._has_start or any(t.state is TrackState.CONFIRMED for t in self.tracks)

    @property
    def is_settled(self) -> bool:
        """Whether every rule has raised its alert and waits for the end."""
        return self._watch.is_settled

    def update(self, detections: Detections) -> list[Alert]:
        """Alerts of this frame; a frame of another session first ends those of the last one."""
        at = detections.at
        alerts = [] if self._session in {None, at.session} else self.end(Reason.STREAM_ENDED)
        self._session = at.session
        kept = [class_id in self._class_ids for class_id in detections.class_id.tolist()]
        wanted = detections.where(np.array(kept, np.bool_))
        with self._stages.timed("track"):
            self.tracks = tuple(self._tracker.update(wanted))
        self._seen = tuple((x1, y1, x2, y2) for x1, y1, x2, y2 in wanted.xyxy.tolist())
        self._has_start = bool((wanted.confidence >= self._tracker.start_confidence).any())
        with self._stages.timed("rules"):
            return alerts + self._watch.update(self.tracks, at, detections.source_wh)

    def end(self, reason: Reason) -> list[Alert]:
        """End what is open and forget the session."""
        alerts = self._watch.end(reason)
        self._watch.reset()
        self._tracker.reset()
        self._session, self.tracks, self._seen, self._has_start = None, (), (), False
        return alerts

    def is_in(self, session: str) -> bool:
        """Whether `session` is the one being watched."""
        return self._session == session
