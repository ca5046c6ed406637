"""Under overload: which of the frames chosen for analysis are handed over after all."""

from __future__ import annotations

from ingest.frame import FrameTime

MIN_FPS = 1.25
"""Nothing takes a camera below this: rules bridge gaps of at most 1 s (`BRIDGE_S`), so
with fewer frames nobody is ever seen to stay. Measured on the samples, six zones each: 41 alerts at
5 frames a second, 32 at 1.25, none at 0.5."""

TOLERANCE = 1e-6


class Thinner:
    """Lets an even share of one camera's frames through to one model.

    It stands behind the sampler and the gate, not in them: the gate goes on looking at every
    sampled frame, and a camera's picture and state are as fresh as ever. The share is set by
    another thread; it is one float, so no lock is needed.

    Args:
        phase: 0–1, where in its turn it begins. Cameras that differ in it do not hand over all at
            once and then nothing, which would make frames old in the mailboxes.

    Attributes:
        share: 0–1 of the frames are let through, more where `MIN_FPS` asks for it.
        offered: Frames asked about since the start.
        kept: Those let through.
    """

    def __init__(self, phase: float = 0.0) -> None:
        self.share = 1.0
        self.offered = 0
        self.kept = 0
        self._due = phase % 1.0
        self._last: FrameTime | None = None
        self._kept_s = 0.0

    @property
    def held_back(self) -> int:
        """Frames not let through since the start."""
        return self.offered - self.kept

    def takes(self, at: FrameTime) -> bool:
        """Whether the frame of `at` is handed over; ask once for every sampled frame, in order."""
        self._due += self.share
        is_kept = self._due >= 1 - TOLERANCE or self._would_go_blind(at)
        self._last = at
        self.offered += 1
        if is_kept:
            self.kept += 1
            self._due, self._kept_s = max(self._due - 1, 0.0), at.time_s
        return is_kept

    def _would_go_blind(self, at: FrameTime) -> bool:
        """Whether the gap would be too long if the next frame were the next to be kept."""
        if self._last is None or self._last.session != at.session:
            return True
        interval_s = at.time_s - self._last.time_s
        return at.time_s - self._kept_s + interval_s > 1 / MIN_FPS + TOLERANCE


def thinned_fps(sample_fps: float, share: float) -> float:
    """The rate at which a camera with `sample_fps` hands frames over at `share`."""
    return min(sample_fps, max(sample_fps * share, MIN_FPS))
