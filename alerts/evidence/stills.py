"""The picture of a snapshot: the camera's main stream's where there is one, else the frame's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alerts.evidence.footage import FootageSource
from alerts.evidence.jobs import EvidenceJobs, SnapshotJob
from alerts.evidence.snapshot import jpeg
from ingest.frame import CameraId


class Stills:
    """Takes snapshots that are ready out of the queue, and makes their pictures."""

    def __init__(
        self,
        jobs: EvidenceJobs,
        cameras: Mapping[CameraId, FootageSource],
        clock: Callable[[], float],
    ) -> None:
        self._jobs = jobs
        self._cameras = cameras
        self._clock = clock

    def next(self, *, is_last: bool) -> SnapshotJob | None:
        """The oldest whose picture waits for nothing more; the oldest of all when `is_last`."""
        return self._jobs.next_snapshot(lambda job: is_last or self._is_ready(job))

    def write_jpeg(self, job: SnapshotJob, path: Path) -> None:
        """Write the picture in its stream's own size; raises EvidenceLostError, OSError."""
        path.write_bytes(jpeg(self._picture(job)))

    def _picture(self, job: SnapshotJob) -> NDArray[np.uint8]:
        source, at = self._cameras.get(job.camera_id), job.frame.at
        still = None if source is None else source.still(at.session, at.time_s)
        if still is None:
            return job.frame.full()
        return np.asarray(still.to_ndarray(format="bgr24"), np.uint8)

    def _is_ready(self, job: SnapshotJob) -> bool:
        source, at = self._cameras.get(job.camera_id), job.frame.at
        if source is None or self._clock() >= job.give_up_s:
            return True
        return not source.is_still_due(at.session, at.time_s)
