"""How much of what cameras offer a model is analysed when it is more than the model can do.

One number, the level, says it all: 1 when there is room, less when not, and each class keeps a
power of it. What a camera offers is measured before anything is held back, so the level that fits
what the model can do is computed, not felt for:

- **down**, when frames were lost and inference had no pause: what was analysed meanwhile is what it
  can do; the level is set so that `TARGET` of that is handed over;
- **up**, when for `CALM_INTERVALS` nothing was lost and less than `ROOM` was used, in steps.

Between `ROOM` and a loss nothing changes. Frames lost while inference had pauses are bursts (a
keyframe late on the network), which no lower rate would mend.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.thinning import MIN_FPS

CLASS_POWERS = {1: 0.5, 2: 1.0, 3: 2.0}
"""At half the level class 1 keeps 71 % of its frames, class 2 50 %, class 3 25 %."""

LOST = 0.02
"""A smaller share of frames lost is a hiccup."""
BUSY = 0.9
"""Share of its time from which inference is taken to have had no pause."""
TARGET = 0.9
ROOM = 0.8
"""Both in shares of what the model can do; apart, so that the level comes to rest."""
PATIENCE = 0.95
"""Where frames are still lost after a step, the next one aims so much lower."""
HOT_INTERVALS = 6
"""Of loss one after the other, before the first step down: cameras that wake at once have up to
four seconds to catch up on (`ingest/late_frames.py`), and lower rates for half a minute after it
cost more than the frames lost meanwhile."""
HOTTER_INTERVALS = 2
"""The same before a further step."""
SETTLE_INTERVALS = 1
"""After a step what waits in the mailboxes is still of the old rate."""
CALM_INTERVALS = 5
MOST_DOWN, MOST_UP = 0.3, 1.25
"""Of one step: a pause of the machine must not blind it, an estimate not flood it."""
MIN_LEVEL = 1e-4
FRESHNESS = 0.5
"""Weight of the last interval in what a camera offers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One model in one interval, some second long.

    Attributes:
        seconds: Its length.
        offered: Frames of each camera before any is held back, in the order of the classes.
        handed: Frames handed over.
        lost: Of these, discarded because the mailbox was full or they were too old.
        analysed: Frames the model saw.
        busy: 0–1, share of the time that inference threads did not wait for frames.
    """

    seconds: float
    offered: tuple[int, ...]
    handed: int
    lost: int
    analysed: int
    busy: float

    def __post_init__(self) -> None:
        if self.seconds <= 0:
            raise ValueError(f"an interval of {self.seconds} s")


class OverloadController:
    """Sets the level of one model; no clock, no I/O.

    Args:
        classes: The class, 1 to 3, of each camera.
    """

    def __init__(self, classes: Sequence[int]) -> None:
        self._classes = tuple(classes)
        self._offered_hz: list[float] = []
        self._hot_hz: deque[float] = deque(maxlen=HOT_INTERVALS)
        self._used: deque[float] = deque(maxlen=CALM_INTERVALS)
        self._capacity_hz = 0.0
        self._target = TARGET
        self._settling = 0
        self.level = 1.0

    def share(self, camera_class: int) -> float:
        """The share of their frames that cameras of a class hand over."""
        return _share(camera_class, self.level)

    def update(self, load: Load) -> None:
        """Take an interval in and set the level for the next."""
        self._take_offers(load)
        if self._settling:
            self._settling -= 1
        elif load.busy < BUSY or not load.lost:
            self._cool(load)
        elif load.lost > LOST * load.handed:
            self._heat(load)
        else:
            self._hot_hz.clear()
            self._used.clear()

    def _take_offers(self, load: Load) -> None:
        now_hz = [frames / load.seconds for frames in load.offered]
        before_hz = self._offered_hz or now_hz
        self._offered_hz = [
            before + FRESHNESS * (now - before)
            for before, now in zip(before_hz, now_hz, strict=True)
        ]

    def _heat(self, load: Load) -> None:
        self._used.clear()
        self._hot_hz.append(load.analysed / load.seconds)
        least = HOT_INTERVALS if self.level == 1.0 else HOTTER_INTERVALS
        if len(self._hot_hz) < least:
            return
        self._capacity_hz = sum(self._hot_hz) / len(self._hot_hz)
        self._hot_hz.clear()
        least_hz = MOST_DOWN * self._demand_hz(self.level)
        self._aim_at(max(self._target * self._capacity_hz, least_hz))
        self._target *= PATIENCE

    def _cool(self, load: Load) -> None:
        self._hot_hz.clear()
        self._used.append(self._use_of(load))
        if self.level == 1.0 or len(self._used) < CALM_INTERVALS:
            return
        self._target = TARGET
        if max(self._used) < ROOM:
            ratio = min(MOST_UP, TARGET / max(*self._used, 1e-3))
            self._aim_at(ratio * self._demand_hz(self.level))

    def _use_of(self, load: Load) -> float:
        """Share of what the model can do.

        Where batches are cheap (GPU) inference hardly ever pauses, but does far less than it did
        at its limit; where the machine has become faster, it pauses.
        """
        if not self._capacity_hz:
            return load.busy
        return min(load.busy, load.analysed / load.seconds / self._capacity_hz)

    def _aim_at(self, goal_hz: float) -> None:
        """The highest level at which cameras hand over at most `goal_hz`, lowest if none is."""
        self._used.clear()
        self._settling = SETTLE_INTERVALS
        self.level = 1.0
        if self._demand_hz(1.0) <= goal_hz:
            return
        low, high = MIN_LEVEL, 1.0
        for _ in range(20):  # halving in the logarithm: classes are powers of the level
            middle = (low * high) ** 0.5
            low, high = (middle, high) if self._demand_hz(middle) <= goal_hz else (low, middle)
        self.level = low

    def _demand_hz(self, level: float) -> float:
        """What the cameras would hand over, as they offer now."""
        shares = {camera_class: _share(camera_class, level) for camera_class in CLASS_POWERS}
        return sum(
            min(offered_hz, max(offered_hz * shares[camera_class], MIN_FPS))
            for camera_class, offered_hz in zip(self._classes, self._offered_hz, strict=True)
        )


def _share(camera_class: int, level: float) -> float:
    return float(level ** CLASS_POWERS[camera_class])
