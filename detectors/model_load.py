"""What one model is offered and what it manages, by the interval, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from detectors.batcher import Batcher
from detectors.lane import FrameLane
from detectors.overload import Load, OverloadController


class Inference(Protocol):
    """What is asked of `detectors.worker.InferenceWorker`: whose, where from, how many so far."""

    model_id: str
    batcher: Batcher
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Totals:
    """Since the start."""

    at_s: float
    offered: tuple[int, ...]
    handed: int
    lost: int
    analysed: int
    idle_s: float


class ModelLoad:
    """Keeps the lanes of one model at the rate that its inference can follow.

    Args:
        model_id: The model.
        lanes: Of all cameras it looks at.
        workers: Its inference; they share one batcher or have one each.
        clock: Monotonic seconds.
        level: To begin at; that of before where cameras came or went.
    """

    def __init__(
        self,
        model_id: str,
        lanes: Sequence[FrameLane],
        workers: Sequence[Inference],
        clock: Callable[[], float],
        *,
        level: float = 1.0,
    ) -> None:
        self.model_id = model_id
        self.lanes = tuple(lanes)
        self._workers = tuple(workers)
        self._batchers = tuple({id(w.batcher): w.batcher for w in workers}.values())
        self._clock = clock
        self._controller = OverloadController([lane.camera_class for lane in lanes])
        self._controller.level = level
        self._last = self._totals()

    @property
    def level(self) -> float:
        """1 when every sampled frame is handed over, less under overload."""
        return self._controller.level

    def is_of(self, lanes: Sequence[FrameLane], workers: Sequence[Inference]) -> bool:
        """Whether it watches just these."""
        return (self.lanes, self._workers) == (tuple(lanes), tuple(workers))

    def share(self, camera_class: int) -> float:
        """The share of their frames that cameras of a class hand over."""
        return self._controller.share(camera_class)

    def step(self) -> None:
        """Judge what was since the last step and set every lane's share for the next."""
        now = self._totals()
        if now.at_s <= self._last.at_s:
            return
        self._controller.update(self._load(self._last, now))
        self._last = now
        for lane in self.lanes:
            lane.thinner.share = self.share(lane.camera_class)

    def _load(self, before: _Totals, now: _Totals) -> Load:
        seconds = now.at_s - before.at_s
        threads = sum(batcher.idle.threads for batcher in self._batchers) or 1
        idle = (now.idle_s - before.idle_s) / (seconds * threads)
        return Load(
            seconds=seconds,
            offered=tuple(b - a for a, b in zip(before.offered, now.offered, strict=True)),
            handed=now.handed - before.handed,
            lost=now.lost - before.lost,
            analysed=now.analysed - before.analysed,
            busy=min(max(1 - idle, 0.0), 1.0),
        )

    def _totals(self) -> _Totals:
        stale = sum(sum(list(batcher.stale.values())) for batcher in self._batchers)
        return _Totals(
            at_s=self._clock(),
            offered=tuple(lane.thinner.offered for lane in self.lanes),
            handed=sum(lane.thinner.kept for lane in self.lanes),
            lost=stale + sum(lane.mailbox.discarded for lane in self.lanes),
            analysed=sum(worker.frames for worker in self._workers),
            idle_s=sum(batcher.idle.seconds for batcher in self._batchers),
        )
