"""Snapshots and clips still to be made, bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from alerts.alert import Alert
from alerts.config import EvidenceConfig
from alerts.schema import EvidenceKind
from ingest.frame import CameraId, Frame

MAX_SNAPSHOTS = 64
"""Each holds a decoded picture: 6 MB in 1080p, so at most some 400 MB; they go in milliseconds."""
MAX_CLIPS = 128
MAX_LOST = 1000
STILL_S = 2.0
"""A camera's main stream may bring the moment of an alert later than the one analysed, but an
officer waits for the picture."""
STALL_S = 20.0
"""A clip whose camera stalls is cut this long after its end should have come."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SnapshotJob:
    """Make a picture of the frame on which the alert was raised.

    Attributes:
        give_up_s: On the maker's clock: until then a better picture of the moment is waited for.
    """

    alert_id: UUID
    camera_id: CameraId
    frame: Frame
    give_up_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipJob:
    """Make a clip of one session between two times.

    Attributes:
        give_up_s: On the maker's monotonic clock: a camera that stalls must not hold it for ever.
    """

    alert_id: UUID
    camera_id: CameraId
    session: str
    from_s: float
    to_s: float
    give_up_s: float


def snapshot_job(alert: Alert, frame: Frame, now: float) -> SnapshotJob:
    """The picture of `alert`, raised on `frame`; `now` on the maker's clock."""
    return SnapshotJob(
        alert_id=alert.alert_id, camera_id=alert.camera_id, frame=frame, give_up_s=now + STILL_S
    )


def clip_job(alert: Alert, config: EvidenceConfig, now: float) -> ClipJob:
    """The clip around the moment of `alert`; `now` on the maker's clock."""
    at = alert.at
    return ClipJob(
        alert_id=alert.alert_id,
        camera_id=at.camera_id,
        session=at.session,
        from_s=at.time_s - config.pre_roll_s,
        to_s=at.time_s + config.post_roll_s,
        give_up_s=now + config.post_roll_s + STALL_S,
    )


class EvidenceJobs:
    """When full, the oldest of the kind is dropped: it fails, is counted and is said so.

    Attributes:
        dropped: Jobs pushed out, here or of the queue of clips to be written.
    """

    def __init__(self, max_snapshots: int = MAX_SNAPSHOTS, max_clips: int = MAX_CLIPS) -> None:
        self._lock = Lock()
        self._max_snapshots = max_snapshots
        self._max_clips = max_clips
        self._snapshots: deque[SnapshotJob] = deque()
        self._clips: deque[ClipJob] = deque()
        self._lost: deque[tuple[UUID, EvidenceKind]] = deque(maxlen=MAX_LOST)
        self.dropped = 0

    def add_snapshot(self, job: SnapshotJob) -> None:
        """Take one more; from any thread, never blocks."""
        with self._lock:
            self._snapshots.append(job)
            if len(self._snapshots) > self._max_snapshots:
                self._drop(self._snapshots.popleft().alert_id, EvidenceKind.SNAPSHOT)

    def add_clip(self, job: ClipJob) -> None:
        """Take one more; from any thread, never blocks."""
        with self._lock:
            self._clips.append(job)
            if len(self._clips) > self._max_clips:
                self._drop(self._clips.popleft().alert_id, EvidenceKind.CLIP)

    def give_up(self, alert_id: UUID, kind: EvidenceKind) -> None:
        """Note that this was pushed out of a queue that it had gone on to."""
        with self._lock:
            self._drop(alert_id, kind)

    def lose(self, alert_id: UUID, kind: EvidenceKind) -> None:
        """Note that this can never be made."""
        with self._lock:
            self._lost.append((alert_id, kind))

    def next_snapshot(self, is_ready: Callable[[SnapshotJob], bool]) -> SnapshotJob | None:
        """The oldest snapshot that is ready."""
        with self._lock:
            waiting = list(self._snapshots)
        job = next(filter(is_ready, waiting), None)
        with self._lock:
            if job is None or job not in self._snapshots:  # dropped in between
                return None
            self._snapshots.remove(job)
            return job

    def next_lost(self) -> tuple[UUID, EvidenceKind] | None:
        """The oldest that was dropped or can never be made."""
        with self._lock:
            return self._lost.popleft() if self._lost else None

    def clips(self) -> list[ClipJob]:
        """All clips, the oldest first."""
        with self._lock:
            return list(self._clips)

    def remove_clip(self, job: ClipJob) -> bool:
        """Take a clip out; False: it was dropped in between."""
        with self._lock:
            if job not in self._clips:
                return False
            self._clips.remove(job)
            return True

    def _drop(self, alert_id: UUID, kind: EvidenceKind) -> None:
        self.dropped += 1
        self._lost.append((alert_id, kind))
