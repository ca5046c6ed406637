"""One thread that makes snapshots and clips and puts them into the spool."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

from alerts.alert import Alert, Phase
from alerts.config import EvidenceConfig
from alerts.errors import EvidenceLostError, OutboxWriteError
from alerts.evidence.archive import EvidenceArchive
from alerts.evidence.cuts import Cut, CutQueue
from alerts.evidence.cutter import ClipCutter
from alerts.evidence.footage import FootageSource
from alerts.evidence.jobs import EvidenceJobs, SnapshotJob, clip_job, snapshot_job
from alerts.evidence.snapshot import JPEG_TYPE
from alerts.evidence.spool import Spool
from alerts.evidence.stills import Stills
from alerts.schema import EvidenceKind
from ingest.frame import CameraId, Frame

MP4_TYPE = "video/mp4"
ROUND_S = 0.2
STOP_S = 2.0

logger = logging.getLogger(__name__)

Died = Callable[[str, BaseException], None]


class EvidenceMaker:
    """Snapshots first; a clip as soon as its camera is past the post-roll, or its session over.

    Footage is cut the moment it is complete, because the camera's ring moves on; writing it, which
    for a masked camera means encoding, comes after. Nothing here ever holds an alert back.
    """

    def __init__(  # noqa: PLR0913 - a composition root names each by keyword
        self,
        archive: EvidenceArchive,
        spool: Spool,
        cameras: Mapping[CameraId, FootageSource],
        config: EvidenceConfig,
        *,
        on_death: Died,
        jobs: EvidenceJobs | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is made before `start`.

        Args:
            archive: Takes what is made, and notes what failed.
            spool: Where drafts are written for it.
            cameras: Where clips come from.
            config: Pre- and post-roll.
            on_death: Called with the thread's name when an unforeseen error ended it.
            jobs: Its queue.
            clock: Monotonic seconds.
        """
        self._archive = archive
        self._spool = spool
        self._config = config
        self._on_death = on_death
        self.jobs = jobs or EvidenceJobs()
        self._clock = clock
        self._cutter = ClipCutter(self.jobs, cameras, clock)
        self._stills = Stills(self.jobs, cameras, clock)
        self._cuts = CutQueue(self.jobs)
        self._wake = Event()
        self._is_stopping = Event()
        self._thread = Thread(target=self._guard, name="evidence-maker")

    def take(self, alerts: Sequence[Alert], frame: Frame | None) -> None:
        """Make evidence of those just raised and committed; from any thread, never blocks."""
        raised = [alert for alert in alerts if alert.phase is Phase.RAISED]
        for alert in raised:
            self._order(alert, frame)
        if raised:
            self._wake.set()

    def _order(self, alert: Alert, frame: Frame | None) -> None:
        if frame is None or frame.at != alert.at:
            self.jobs.lose(alert.alert_id, EvidenceKind.SNAPSHOT)
        else:
            self.jobs.add_snapshot(snapshot_job(alert, frame, self._clock()))
        self.jobs.add_clip(clip_job(alert, self._config, self._clock()))

    def awaits(self, camera_ids: Collection[CameraId]) -> bool:
        """Whether footage of these cameras is still to be cut."""
        return any(job.camera_id in camera_ids for job in self.jobs.clips())

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Make what can be made in `STOP_S`, cutting clips short; idempotent."""
        self._is_stopping.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(2 * STOP_S)

    def _guard(self) -> None:
        try:
            while not self._is_stopping.is_set():
                if not self._try_step():
                    self._wake.wait(ROUND_S)
                    self._wake.clear()
            deadline = self._clock() + STOP_S
            while self._try_step() and self._clock() < deadline:
                pass
        except Exception as error:  # the thread's supervisor: the node must know
            logger.exception("the evidence maker ended", extra={"action": "thread-died"})
            self._on_death(self._thread.name, error)

    def _try_step(self) -> bool:
        try:
            return self.step()
        except OutboxWriteError:  # the recorder and the publisher say so already
            return False

    def step(self) -> bool:
        """One piece of work; False: nothing to do now."""
        is_last = self._is_stopping.is_set()
        self._cuts.extend(self._cutter.cut_ready(is_last=is_last))
        if (lost := self.jobs.next_lost()) is not None:
            self._fail(*lost)
        elif (snapshot := self._stills.next(is_last=is_last)) is not None:
            self._make_snapshot(snapshot)
        elif (cut := self._cuts.next()) is not None:
            self._make_clip(cut)
        else:
            return False
        return True

    def _make_snapshot(self, job: SnapshotJob) -> None:
        write = partial(self._stills.write_jpeg, job)
        self._make(job.alert_id, job.camera_id, EvidenceKind.SNAPSHOT, write)

    def _make_clip(self, cut: Cut) -> None:
        self._make(cut.job.alert_id, cut.job.camera_id, EvidenceKind.CLIP, cut.footage.write_mp4)

    def _make(
        self,
        alert_id: UUID,
        camera_id: CameraId,
        kind: EvidenceKind,
        write: Callable[[Path], None],
    ) -> None:
        media_type = JPEG_TYPE if kind is EvidenceKind.SNAPSHOT else MP4_TYPE
        try:
            with (
                self._spool.drafted(write, media_type) as draft,
                self._kept_for_later(alert_id, kind),
            ):
                self._archive.adopt(alert_id, kind, draft)
        except (EvidenceLostError, LookupError, ValueError) as error:
            logger.warning(
                "camera %s: the %s of alert %s: %s",
                camera_id,
                kind,
                alert_id,
                error,
                extra={"action": "evidence-lost", "camera_id": camera_id},
            )
            self._fail(alert_id, kind)

    def _fail(self, alert_id: UUID, kind: EvidenceKind) -> None:
        with self._kept_for_later(alert_id, kind):
            self._archive.fail(alert_id, kind)

    @contextmanager
    def _kept_for_later(self, alert_id: UUID, kind: EvidenceKind) -> Iterator[None]:
        """What a full disk keeps from being noted is noted as failed when it can be."""
        try:
            yield
        except OutboxWriteError:
            self.jobs.lose(alert_id, kind)
            raise
