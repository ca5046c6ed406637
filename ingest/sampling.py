"""Which decoded frames are analysed."""

from __future__ import annotations

import math

SAME_RATE = 0.95
"""Above this share of the source's rate every frame is analysed: declared rates are rounded."""


class FrameSampler:
    """Chooses on a grid over `time_s` the frame nearest to each grid point.

    The grid, not the distance from the last chosen frame, keeps the mean rate at
    `sample_fps` where that does not divide the source's rate. A frame counts for a grid
    point when it lies less than half a source interval before it: jitter moves a choice
    by one frame, but neither loses nor doubles one.
    """

    def __init__(self, sample_fps: float, source_fps: float | None = None) -> None:
        """`source_fps` is the rate the source declares, where it does."""
        if sample_fps <= 0:
            raise ValueError(f"sample_fps {sample_fps} is not above 0")
        self._sample_fps = sample_fps
        self._takes_all = source_fps is not None and sample_fps >= SAME_RATE * source_fps
        self._last_slot = -1
        self._last_s: float | None = None

    def takes(self, time_s: float) -> bool:
        """Whether the frame at `time_s` is analysed; ask once for every decoded frame."""
        slot = math.floor((time_s + self._half_interval_s(time_s)) * self._sample_fps + 1e-6)
        is_new = slot > self._last_slot
        self._last_slot = max(slot, self._last_slot)
        self._last_s = time_s
        return self._takes_all or is_new

    def _half_interval_s(self, time_s: float) -> float:
        if self._last_s is None:
            return 0.0
        return min(time_s - self._last_s, 1 / self._sample_fps) / 2
