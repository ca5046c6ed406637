"""Cameras, mailboxes and a model of known speed, in steps of a second, for the controller."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.overload import Load, OverloadController
from ingest.thinning import Thinner
from tests.factories import frame_time

MAILBOX = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """What was in one second."""

    level: float
    handed: int
    lost: int


class Plant:
    """`capacity` frames a second, give or take the noise of a real machine."""

    def __init__(self, classes: list[int], *, fps: float, capacity: float) -> None:
        self.controller = OverloadController(classes)
        self.thinners = [Thinner(phase=index * 0.618) for index in range(len(classes))]
        self.classes, self.fps, self.capacity = classes, fps, capacity
        self.busy_floor = 0.0
        self._random = np.random.default_rng(1)
        self._now_s, self._waiting = 0, 0

    def run(self, seconds: int) -> list[Second]:
        return [self._second() for _ in range(seconds)]

    def rates(self, seconds: int = 20) -> list[float]:
        """Frames a second of each camera, over some seconds."""
        before = [thinner.kept for thinner in self.thinners]
        self.run(seconds)
        return [(t.kept - b) / seconds for t, b in zip(self.thinners, before, strict=True)]

    def _second(self) -> Second:
        offered, handed = self._ask()
        speed = self.capacity * self._random.uniform(0.96, 1.04)
        waiting = self._waiting + handed
        analysed = min(waiting, round(speed))
        lost = max(0, waiting - analysed - MAILBOX * len(self.classes))
        self._waiting = waiting - analysed - lost
        self.controller.update(
            Load(
                seconds=1.0,
                offered=offered,
                handed=handed,
                lost=lost,
                analysed=analysed,
                busy=max(self.busy_floor, 1.0 if lost else min(1.0, analysed / speed)),
            )
        )
        for thinner, camera_class in zip(self.thinners, self.classes, strict=True):
            thinner.share = self.controller.share(camera_class)
        return Second(level=self.controller.level, handed=handed, lost=lost)

    def _ask(self) -> tuple[tuple[int, ...], int]:
        before = [(thinner.offered, thinner.kept) for thinner in self.thinners]
        for frame in range(round(self.fps)):
            at = frame_time(self._now_s + frame / self.fps)
            for thinner in self.thinners:
                thinner.takes(at)
        self._now_s += 1
        after = [(thinner.offered, thinner.kept) for thinner in self.thinners]
        offered = tuple(b[0] - a[0] for a, b in zip(before, after, strict=True))
        return offered, sum(b[1] - a[1] for a, b in zip(before, after, strict=True))
