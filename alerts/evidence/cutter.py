"""When a clip's footage is complete, it is cut out of its camera's ring."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping

from alerts.evidence.cuts import Cut
from alerts.evidence.footage import FootageSource
from alerts.evidence.jobs import ClipJob, EvidenceJobs
from alerts.schema import EvidenceKind
from ingest.errors import FootageGoneError
from ingest.frame import CameraId

logger = logging.getLogger(__name__)


class ClipCutter:
    """Takes clips that are ready out of the queue, at once: the camera's ring moves on."""

    def __init__(
        self,
        jobs: EvidenceJobs,
        cameras: Mapping[CameraId, FootageSource],
        clock: Callable[[], float],
    ) -> None:
        self._jobs = jobs
        self._cameras = cameras
        self._clock = clock

    def cut_ready(self, *, is_last: bool) -> Iterator[Cut]:
        """Footage of all clips that are ready; of every clip when `is_last`.

        One by one, so that whoever keeps them can hold to a bound.
        """
        for job in self._jobs.clips():
            source = self._cameras.get(job.camera_id)
            is_ready = is_last or source is None or self._is_ready(job, source)
            if is_ready and self._jobs.remove_clip(job):
                yield from self._cut(job, source)

    def _cut(self, job: ClipJob, source: FootageSource | None) -> Iterator[Cut]:
        try:
            if source is not None:
                footage = source.footage(job.session, job.from_s, job.to_s)
                yield Cut(job=job, footage=footage)
                return
            reason = f"camera {job.camera_id}: it keeps no footage"
        except FootageGoneError as error:
            reason = str(error)
        logger.warning(
            "the clip of alert %s: %s",
            job.alert_id,
            reason,
            extra={"action": "evidence-lost", "camera_id": job.camera_id},
        )
        self._jobs.lose(job.alert_id, EvidenceKind.CLIP)

    def _is_ready(self, job: ClipJob, source: FootageSource) -> bool:
        if self._clock() >= job.give_up_s:
            return True
        position = source.position(job.session)
        return position is None or position >= job.to_s
