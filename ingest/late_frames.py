"""What a camera that woke still has to show the model: bounded, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf

from ingest.frame import Frame, FrameTime

LATE_S = 4.0
"""Longest span of what waits here; older frames are discarded first."""


class LateFrames:
    """Frames of one camera from the past few seconds, oldest first; under its mailbox's lock.

    Attributes:
        lost: Frames given up since the start: too old, or of a session that is over.
        since_s: When the list began to hold something, on the monotonic clock; infinite while
            it is empty.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._frames: deque[Frame] = deque()
        self.lost = 0
        self.since_s = inf

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, frame: Frame) -> None:
        """Add the newest frame; gives up the oldest that are more than `LATE_S` before it."""
        if not self._frames:
            self.since_s = self._clock()
        self._frames.append(frame)
        while _is_too_late(self._frames[0].at, frame.at):
            self._frames.popleft()
            self.lost += 1

    def take(self) -> Frame | None:
        """The oldest frame, or None."""
        frame = self._frames.popleft() if self._frames else None
        if not self._frames:
            self.since_s = inf
        return frame


def _is_too_late(oldest: FrameTime, newest: FrameTime) -> bool:
    if oldest.session != newest.session:
        return True  # the rules no longer listen to that session
    return newest.time_s - oldest.time_s > LATE_S + 1e-3
