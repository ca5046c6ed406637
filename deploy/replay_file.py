"""One recorded file on its way through a replay, worked on by several threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from threading import Condition
from typing import Protocol

from alerts.alert import Alert, Reason
from alerts.analysis import CameraAnalysis
from alerts.gate_news import tell
from detectors.detections import Detections
from detectors.track import Track
from ingest.frame import Frame, FrameTime
from ingest.gate_hold import GateHold

MOST_WAITING = 16
"""Batches detected that wait for an earlier one; whoever has a further one waits with it."""

Seen = Sequence[tuple[Detections, ...]]
"""For each frame what each model saw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What one analysed frame led to."""

    at: FrameTime
    tracks: tuple[Track, ...]
    alerts: tuple[Alert, ...]


class Sees(Protocol):
    """What a replay needs of a model."""

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        """One `Detections` a frame, in order; called by several threads at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One model looking at one camera."""

    detector: Sees
    analysis: CameraAnalysis


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Consecutive analysed frames of one file; `number` counts them from 0."""

    number: int
    frames: Sequence[Frame]


class ReplayFile:
    """Frames of one file to what they led to, in order.

    Only one thread at a time may `read`; any number may `detect` what they have read.

    Args:
        frames: The analysed frames.
        lanes: Models that look at them.
        on_replayed: Takes each frame in order, one at a time.
        batch: Frames read at once.
        hold: Extended by frames with somebody on them, as `alerts.judge` does.
    """

    def __init__(
        self,
        frames: Iterator[Frame],
        lanes: Sequence[Lane],
        on_replayed: Callable[[Replayed], None],
        *,
        batch: int,
        hold: GateHold | None = None,
    ) -> None:
        self._frames = frames
        self._lanes = lanes
        self._on_replayed = on_replayed
        self._batch = batch
        self._hold = hold
        self._read = 0
        self._judged = 0
        self._waiting: dict[int, Seen] = {}
        self._changed = Condition()
        self._last: Replayed | None = None
        self._is_over = False

    @property
    def is_sequential(self) -> bool:
        """Whether what is judged decides what is decoded next."""
        return self._hold is not None

    def read(self) -> Batch | None:
        """The next frames; None after the last."""
        frames = list(islice(self._frames, self._batch))
        if not frames:
            return None
        self._read += 1
        return Batch(number=self._read - 1, frames=frames)

    def detect(self, batch: Batch) -> None:
        """Look at the frames, and judge them as soon as all before them are."""
        seen = list(zip(*(lane.detector.detect(batch.frames) for lane in self._lanes), strict=True))
        with self._changed:
            self._changed.wait_for(lambda: self._may_add(batch.number))
            self._waiting[batch.number] = seen
            while self._judged in self._waiting:
                for detections in self._waiting.pop(self._judged):
                    self._judge(detections)
                self._judged += 1
            self._changed.notify_all()

    def finish(self) -> None:
        """What is open at the end of the file ends with it; call when all is detected."""
        if self._last is not None:
            ended = [a for lane in self._lanes for a in lane.analysis.end(Reason.STREAM_ENDED)]
            last, self._last = self._last, None
            self._on_replayed(replace(last, alerts=(*last.alerts, *ended)))

    def give_up(self) -> None:
        """Let nobody wait for a batch that will not come."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def _may_add(self, number: int) -> bool:
        return number == self._judged or len(self._waiting) < MOST_WAITING or self._is_over

    def _judge(self, detections: tuple[Detections, ...]) -> None:
        """Trackers and rules; a frame is told of when the next one shows it was not the last."""
        last, at = self._last, detections[0].at
        lanes = self._lanes
        alerts = [
            a for lane, d in zip(lanes, detections, strict=True) for a in lane.analysis.update(d)
        ]
        if self._hold is not None:
            for lane, found in zip(lanes, detections, strict=True):
                tell(self._hold, at, found.model_id, lane.analysis)
        tracks = tuple(track for lane in lanes for track in lane.analysis.tracks)
        self._last = Replayed(at=at, tracks=tracks, alerts=tuple(alerts))
        if last is not None:
            self._on_replayed(last)
