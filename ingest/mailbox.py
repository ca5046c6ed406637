"""The hand-over of frames from a camera: bounded, drop-oldest, counted; late ones apart."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from time import monotonic

from ingest.arrivals import Arrivals
from ingest.frame import CameraId, Frame, FrameUse
from ingest.late_frames import LateFrames


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Handed:
    """A frame and when it was handed over, on the monotonic clock."""

    frame: Frame
    at_s: float


HELD_BACK_S = 0.5
"""A camera of which no frame was held back for so long has all of them analysed."""


class Mailbox:
    """Holds the newest frames of one camera until the batcher takes them.

    `put` never blocks: when full, the oldest frame is discarded, since decoding must not
    wait for inference and the newest frame says most.

    A camera that wakes puts caught-up frames; they, and the live ones behind them, wait in a
    list of their own (`LateFrames`). The order of frames is kept: the tracker goes forward only.
    Each live frame put meanwhile is a turn among live frames, which serves the oldest in the
    list; so a woken camera gets its share of a full machine, and the rest of what is free.

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
        self._late = LateFrames(clock)
        self._late_turns = 0
        self._capacity = capacity
        self._discarded = 0
        self._is_open = True
        self._held_back_s = -inf

    def put(self, frame: Frame) -> None:
        """Add a frame; discards and counts the oldest when full, and any once closed."""
        with self._changed:
            if not self._is_open:
                self._discarded += 1
                return
            if self._late or frame.use is FrameUse.CAUGHT_UP:
                self._put_late(frame)
            else:
                self._put_live(frame)
            self._arrivals.arrived(self)

    def renew(self, frame: Frame) -> None:
        """Put a newer frame in the place of the newest live one that waits, if one does.

        What waits for its turn should show what is, not what was when the turn was asked for;
        but nothing overtakes what is to be caught up on.
        """
        with self._changed:
            self._held_back_s = self._clock()
            if self._live and not self._late:
                self._live[-1] = Handed(frame=frame, at_s=self._clock())

    def close(self) -> None:
        """Hold nothing more: a camera that is left behind may still hand a frame over."""
        with self._changed:
            self._is_open = False
            self._arrivals.left(self)

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
            return self._discarded + self._late.lost

    @property
    def is_renewed(self) -> bool:
        """Whether what waits gives way to something newer soon."""
        with self._changed:
            return self._clock() - self._held_back_s <= HELD_BACK_S

    @property
    def live_at_s(self) -> float:
        """When its next live frame was handed over, monotonic; minus infinity where none waits."""
        with self._changed:
            return self._live[0].at_s if self._live else -inf

    @property
    def is_late(self) -> bool:
        """Whether the next frame is one of the catch-up list."""
        with self._changed:
            return bool(self._late) and not self._live

    @property
    def late_since_s(self) -> float:
        """Since when there has been something to catch up on, monotonic; infinite if nothing."""
        with self._changed:
            return self._late.since_s

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
        self._late.put(frame)
        if frame.use is not FrameUse.CAUGHT_UP:
            self._late_turns = min(self._late_turns + 1, self._capacity)

    def _pop_late(self) -> Handed | None:
        frame = self._late.take()
        if not self._late:
            self._late_turns = 0
        return None if frame is None else Handed(frame=frame, at_s=self._clock())
