"""Which frames go into the next batch: fair over cameras, never stale, never waiting long."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition
from time import monotonic

from ingest.frame import CameraId, Frame
from ingest.mailbox import Handed, Mailbox

MIN_WINDOW_S = 0.002
MAX_WINDOW_S = 0.030
MAX_AGE_S = 0.5
"""Live frames older than this since hand-over are worth nothing (design.md)."""


class Batcher:
    """Takes frames from mailboxes in turn.

    A batch closes when it is full or when the window since its first frame has passed. The
    window tunes itself: a full batch shortens it, a lonely frame lengthens it, so that a busy
    site does not wait and an idle one does not spin.
    """

    def __init__(
        self,
        mailboxes: Sequence[Mailbox],
        arrived: Condition,
        max_batch: int,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._turns = deque(mailboxes)
        self._arrived = arrived
        self._max_batch = max_batch
        self._clock = clock
        self.window_s = MIN_WINDOW_S
        self._open = True
        self.stale: dict[str, int] = {}  # dropped for age, by camera
        self.batches = 0

    def open_mailbox(self, camera_id: CameraId) -> Mailbox:
        """One more camera, also while batches are made: where to put its frames."""
        mailbox = Mailbox(camera_id, self._arrived)
        with self._arrived:
            self._turns.append(mailbox)
        return mailbox

    def close_mailbox(self, mailbox: Mailbox) -> None:
        """One camera less; its frames still held are forgotten. Idempotent."""
        with self._arrived:
            self._turns = deque(each for each in self._turns if each is not mailbox)

    def close(self) -> None:
        """End `next_batch`, now and for ever."""
        with self._arrived:
            self._open = False
            self._arrived.notify_all()

    def next_batch(self) -> list[Frame]:
        """Wait for frames and return 1 to `max_batch` of them; empty only once closed."""
        with self._arrived:
            frames: list[Frame] = []
            while self._open and not frames:
                self._arrived.wait_for(lambda: not self._open or self._is_waiting())
                self._collect(frames)
            self._fill_up(frames)
            self.batches += bool(frames)
            self._tune(len(frames))
            return frames

    def _is_waiting(self) -> bool:
        return any(len(mailbox) for mailbox in self._turns)

    def _fill_up(self, frames: list[Frame]) -> None:
        deadline = self._clock() + self.window_s
        while self._open and 0 < len(frames) < self._max_batch:
            left = deadline - self._clock()
            if left <= 0 or not self._arrived.wait_for(
                lambda: not self._open or self._is_waiting(), left
            ):
                return
            self._collect(frames)

    def _collect(self, frames: list[Frame]) -> None:
        """Live frames first, then what cameras that woke have to catch up on."""
        self._take_turns(frames, Mailbox.pop)
        self._take_turns(frames, Mailbox.pop_late)

    def _take_turns(self, frames: list[Frame], pop: Callable[[Mailbox], Handed | None]) -> None:
        """One frame a camera and round, starting where the last round stopped."""
        idle = 0
        while len(frames) < self._max_batch and idle < len(self._turns):
            mailbox = self._turns[0]
            self._turns.rotate(-1)
            handed = pop(mailbox)
            if handed is None:
                idle += 1
            elif self._clock() - handed.at_s > MAX_AGE_S:
                self.stale[mailbox.camera_id] = self.stale.get(mailbox.camera_id, 0) + 1
            else:
                idle = 0
                frames.append(handed.frame)

    def _tune(self, size: int) -> None:
        factor = 0.5 if size == self._max_batch else 1.1 if size == 1 else 1.0
        self.window_s = min(MAX_WINDOW_S, max(MIN_WINDOW_S, self.window_s * factor))
