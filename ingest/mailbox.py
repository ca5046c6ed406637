"""The hand-over of frames from a camera: bounded, drop-oldest, counted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition
from time import monotonic

from ingest.frame import CameraId, Frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Handed:
    """A frame and when it was handed over, on the monotonic clock."""

    frame: Frame
    at_s: float


class Mailbox:
    """Holds the newest frames of one camera until the batcher takes them.

    `put` never blocks: when full, the oldest frame is discarded, since decoding must not
    wait for inference and the newest frame says most.

    Args:
        camera_id: Whose frames these are.
        changed: Notified on every `put`; all mailboxes of one batcher share it.
        capacity: Frames held, 1 or 2 for live cameras.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        camera_id: CameraId,
        changed: Condition,
        *,
        capacity: int = 2,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        if capacity < 1:
            raise ValueError(f"capacity {capacity} is below 1")
        self.camera_id = camera_id
        self._changed = changed
        self._clock = clock
        self._frames: deque[Handed] = deque()
        self._capacity = capacity
        self._discarded = 0

    def put(self, frame: Frame) -> None:
        """Add a frame; discards and counts the oldest when full."""
        with self._changed:
            if len(self._frames) == self._capacity:
                self._frames.popleft()
                self._discarded += 1
            self._frames.append(Handed(frame=frame, at_s=self._clock()))
            self._changed.notify_all()

    def pop(self) -> Handed | None:
        """The oldest frame held, or None."""
        with self._changed:
            return self._frames.popleft() if self._frames else None

    @property
    def discarded(self) -> int:
        """Frames discarded since the start."""
        with self._changed:
            return self._discarded

    def __len__(self) -> int:
        with self._changed:
            return len(self._frames)
