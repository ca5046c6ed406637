"""The hand-over of frames from a camera: bounded, drop-oldest, counted; late ones apart."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from ingest.arrivals import Arrivals
from ingest.frame import CameraId, Frame, FrameUse

LATE_S = 4.0
"""Span of the catch-up list (design.md, "Batcher")."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Handed:
    """A frame and when it was handed over, on the monotonic clock."""

    frame: Frame
    at_s: float


class Mailbox:
    """Holds the newest frames of one camera until the batcher takes them.

    `put` never blocks: when full, the oldest frame is discarded, since decoding must not
    wait for inference and the newest frame says most.

    A camera that wakes puts caught-up frames; they, and the live ones behind them, wait in a
    list of their own that spans at most `LATE_S`. The order of frames is kept: the tracker goes
    forward only. Each live frame put meanwhile is a turn among live frames, which serves the
    oldest in the list; so a woken camera gets its share of a full machine, and the rest of what
    is free.

    Args:
        camera_id: Whose frames these are.
        arrivals: Told of every `put`; all mailboxes of one batcher share it.
        capacity: Frames held, 1 or 2 for live cameras.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        camera_id: CameraId,
        arrivals: Arrivals,
        *,
        capacity: int = 2,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        if capacity < 1:
            raise ValueError(f"capacity {capacity} is below 1")
        self.camera_id = camera_id
        self._arrivals = arrivals
        self._changed = arrivals.changed
        self._clock = clock
        self._live: deque[Handed] = deque()
        self._late: deque[Frame] = deque()
        self._late_turns = 0
        self._capacity = capacity
        self._discarded = 0

    def put(self, frame: Frame) -> None:
        """Add a frame; discards and counts the oldest when full."""
        with self._changed:
            if self._late or frame.use is FrameUse.CAUGHT_UP:
                self._put_late(frame)
            else:
                self._put_live(frame)
            self._arrivals.arrived(self)

    def renew(self, frame: Frame) -> None:
        """Put a newer frame in the place of the newest live one that waits, if one does.

        What waits for its turn should show what is, not what was when the turn was asked for.
        """
        with self._changed:
            if self._live:
                self._live[-1] = Handed(frame=frame, at_s=self._clock())

    def pop(self) -> Handed | None:
        """The oldest frame held, if it is this camera's turn among live frames, or None."""
        with self._changed:
            return self._served(self._pop_live())

    def pop_late(self) -> Handed | None:
        """The oldest frame of the catch-up list, where no live one is before it, or None."""
        with self._changed:
            return self._served(None if self._live else self._pop_late())

    @property
    def discarded(self) -> int:
        """Frames discarded since the start."""
        with self._changed:
            return self._discarded

    def __len__(self) -> int:
        with self._changed:
            return len(self._live) + len(self._late)

    def _served(self, handed: Handed | None) -> Handed | None:
        if handed is not None:
            self._arrivals.served(self)
        return handed

    def _pop_live(self) -> Handed | None:
        if self._live:
            return self._live.popleft()
        if not self._late_turns:
            return None
        self._late_turns -= 1
        return self._pop_late()

    def _put_live(self, frame: Frame) -> None:
        if len(self._live) == self._capacity:
            self._live.popleft()
            self._discarded += 1
        self._live.append(Handed(frame=frame, at_s=self._clock()))

    def _put_late(self, frame: Frame) -> None:
        self._late.append(frame)
        if frame.use is not FrameUse.CAUGHT_UP:
            self._late_turns = min(self._late_turns + 1, self._capacity)
        while _is_too_late(self._late[0], frame):
            self._late.popleft()
            self._discarded += 1

    def _pop_late(self) -> Handed | None:
        if not self._late:
            return None
        frame = self._late.popleft()
        if not self._late:
            self._late_turns = 0
        return Handed(frame=frame, at_s=self._clock())


def _is_too_late(oldest: Frame, newest: Frame) -> bool:
    if oldest.at.session != newest.at.session:
        return True  # the rules no longer listen to that session
    return newest.at.time_s - oldest.at.time_s > LATE_S + 1e-3
