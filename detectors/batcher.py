"""Which frames go into the next batch: fair over cameras, never stale, never waiting long."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from time import monotonic

from detectors.idle_time import IdleTime
from ingest.arrivals import Arrivals
from ingest.frame import CameraId, Frame
from ingest.mailbox import Handed, Mailbox

MIN_WINDOW_S = 0.002
MAX_WINDOW_S = 0.030
MAX_AGE_S = 0.5
"""Live frames older than this since hand-over are worth nothing."""

ABREAST = 4
"""Of so many cameras that wait longest, the one with the newest frame may go first."""

RENEWED_S = (0.06, 0.2)
"""It does where the frame of who waits longest is so old: on a full machine that one will be newer
soon. An older one is late itself, and goes when its turn comes."""


class Batcher:
    """Takes frames from mailboxes in turn.

    A batch closes when it is full or when the window since its first frame has passed. The
    window tunes itself: a full batch shortens it, a lonely frame lengthens it, so that a busy
    site does not wait and an idle one does not spin. Several threads may take batches; a camera
    is in one of them at a time, until `done`, so that its frames stay in order.
    """

    def __init__(
        self,
        arrivals: Arrivals,
        max_batch: int,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._arrivals = arrivals
        self._waiting = arrivals.waiting
        self._arrived = arrivals.changed
        self._late = arrivals.late
        self._max_batch = max_batch
        self._clock = clock
        self.window_s = MIN_WINDOW_S
        self._open = True
        self._under_way: set[CameraId] = set()
        self.stale: dict[str, int] = {}  # dropped for age, by camera
        self.batches = 0
        self.idle = IdleTime(clock)

    def open_mailbox(self, camera_id: CameraId) -> Mailbox:
        """One more camera, also while batches are made: where to put its frames."""
        return Mailbox(camera_id, self._arrivals)

    def close_mailbox(self, mailbox: Mailbox) -> None:
        """One camera less; its frames still held are forgotten. Idempotent."""
        mailbox.close()

    def close(self) -> None:
        """End `next_batch`, now and for ever."""
        with self._arrived:
            self._open = False
            self._arrived.notify_all()
            self._late.notify_all()

    def next_batch(self) -> list[Frame]:
        """Wait for frames and return 1 to `max_batch` of them; empty only once closed."""
        with self._arrived:
            frames: list[Frame] = []
            while self._open and not frames:
                self._wait()
                self._collect(frames)
            self._fill_up(frames)
            self.batches += bool(frames)
            self._tune(len(frames))
            return frames

    def next_late(self) -> list[Frame]:
        """As `next_batch`, but only of what cameras that woke have to catch up on."""
        with self._late:
            frames: list[Frame] = []
            while self._open and not frames:
                self._late.wait_for(lambda: not self._open or self._is_late_waiting())
                self._take_late(frames)
            self.batches += bool(frames)
            return frames

    def done(self, frames: Sequence[Frame]) -> None:
        """The batch has been seen through: its cameras may be in another one."""
        with self._arrived:
            self._under_way.difference_update(frame.at.camera_id for frame in frames)
            self._arrived.notify()
            self._late.notify()

    def _wait(self, timeout_s: float | None = None) -> bool:
        with self.idle.waiting():
            return self._arrived.wait_for(lambda: not self._open or self._is_waiting(), timeout_s)

    def _is_waiting(self) -> bool:
        return any(camera_id not in self._under_way for camera_id in self._waiting)

    def _is_late_waiting(self) -> bool:
        free = (box for key, box in self._waiting.items() if key not in self._under_way)
        return any(mailbox.is_late for mailbox in free)

    def _fill_up(self, frames: list[Frame]) -> None:
        deadline = self._clock() + self.window_s
        while self._open and 0 < len(frames) < self._max_batch:
            left = deadline - self._clock()
            if left <= 0 or not self._wait(left):
                return
            self._collect(frames)

    def _collect(self, frames: list[Frame]) -> None:
        """Live frames first, whoever waits longest; then late ones."""
        self._take_turns(frames, self._in_turn(), Mailbox.pop)
        self._take_late(frames)

    def _in_turn(self) -> list[Mailbox]:
        """Whoever waits longest first, or who waits nearly as long and has a newer frame."""
        turns = list(self._waiting.values())
        free = (box for box in turns if box.camera_id not in self._under_way)
        first = list(islice(free, ABREAST))
        if first and self._will_be_renewed(first[0]):
            renewed = (box for box in first if box.is_renewed)
            turns.insert(0, max(renewed, key=lambda mailbox: mailbox.live_at_s))
        return list(dict.fromkeys(turns))

    def _will_be_renewed(self, mailbox: Mailbox) -> bool:
        newer_s, older_s = RENEWED_S
        return mailbox.is_renewed and newer_s < self._clock() - mailbox.live_at_s <= older_s

    def _take_late(self, frames: list[Frame]) -> None:
        """Of whoever woke first, so that one by one they are with the present, not all late.

        Larger batches take one frame of each of them and round.
        """
        by_waking = sorted(self._waiting.values(), key=lambda mailbox: mailbox.late_since_s)
        self._take_turns(frames, by_waking, Mailbox.pop_late)

    def _take_turns(
        self,
        frames: list[Frame],
        mailboxes: Iterable[Mailbox],
        pop: Callable[[Mailbox], Handed | None],
    ) -> None:
        """One frame a camera and round, until the batch is full."""
        turns = deque(mailboxes)
        while turns and len(frames) < self._max_batch:
            mailbox = turns.popleft()
            handed = None if self._is_elsewhere(mailbox, frames) else pop(mailbox)
            if handed is None:
                continue
            turns.append(mailbox)
            if self._clock() - handed.at_s > MAX_AGE_S:
                self.stale[mailbox.camera_id] = self.stale.get(mailbox.camera_id, 0) + 1
            else:
                frames.append(handed.frame)
                self._under_way.add(mailbox.camera_id)

    def _is_elsewhere(self, mailbox: Mailbox, frames: Sequence[Frame]) -> bool:
        """Whether another lane has the camera's frames."""
        camera_id = mailbox.camera_id
        if camera_id not in self._under_way:
            return False
        return all(frame.at.camera_id != camera_id for frame in frames)

    def _tune(self, size: int) -> None:
        factor = 0.5 if size == self._max_batch else 1.1 if size == 1 else 1.0
        self.window_s = min(MAX_WINDOW_S, max(MIN_WINDOW_S, self.window_s * factor))
