"""Cameras in and out of a running pipeline; the others notice nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Protocol

from alerts.analysis import CameraAnalysis
from alerts.evidence.maker import EvidenceMaker
from alerts.judge import Judge
from deploy.analyses import open_detectors
from deploy.settings import Site, SiteCamera
from deploy.site_change import SiteChange
from detectors.detector import Detector
from detectors.lane import FrameLane
from detectors.worker import InferenceWorker
from ingest.camera import Camera
from ingest.frame import CameraId
from ingest.status import CameraState, CameraStatus
from ingest.supervisor import Supervisor

CUT_S = 2.0
"""How long the footage of a camera that goes is kept for clips that are still to be cut."""

logger = logging.getLogger(__name__)


class Pipeline(Protocol):
    """What is swapped into and out of; see `deploy.pipeline.Pipeline`."""

    site: Site
    judge: Judge
    supervisor: Supervisor
    maker: EvidenceMaker
    workers: list[InferenceWorker]
    detectors: dict[str, Detector]
    lanes: dict[tuple[CameraId, str], FrameLane]

    def make_worker(self, detector: Detector) -> InferenceWorker: ...  # noqa: D102
    def make_analyses(self, camera: SiteCamera) -> Mapping[str, CameraAnalysis]: ...  # noqa: D102
    def make_camera(self, camera: SiteCamera) -> Camera: ...  # noqa: D102


class CameraSwap:
    """Applies one change at a time; for one thread.

    Args:
        pipeline: What is changed.
        on_status: Hears that a camera which left is disabled.
    """

    def __init__(self, pipeline: Pipeline, on_status: Callable[[CameraStatus], None]) -> None:
        self._pipeline = pipeline
        self._on_status = on_status

    def apply(self, site: Site, change: SiteChange) -> None:
        """Go to `site`; models are opened first, so that a fault leaves everything as it was.

        Raises:
            CatalogueError, DetectorError: A new model cannot be used; nothing was changed.
        """
        new = self._open_models(site, change)
        self._pipeline.site = site
        for model_id, detector in new.items():
            self._pipeline.detectors[model_id] = detector
            worker = self._pipeline.make_worker(detector)
            worker.start()  # warms up first; only then is its thread expected to run
            self._pipeline.workers.append(worker)
        self._dismiss([CameraId(camera_id) for camera_id in change.dismissed])
        for camera_id in change.removed:
            self._on_status(_disabled(CameraId(camera_id)))
        for camera in change.admitted:
            self._admit(camera)
        self._end_idle_workers()

    def _open_models(self, site: Site, change: SiteChange) -> Mapping[str, Detector]:
        present = self._pipeline.detectors
        wanted = {model for camera in change.admitted for model in site.models_of(camera)}
        left = tuple(model for model in site.models if model.id in wanted - set(present))
        if not left:
            return {}
        return open_detectors(site.model_copy(update={"models": left}), change.admitted)

    def _dismiss(self, camera_ids: list[CameraId]) -> None:
        for camera_id in camera_ids:
            self._pipeline.judge.swap(camera_id, {})
        self._pipeline.supervisor.halt(camera_ids)
        lanes = self._pipeline.lanes
        for key in [key for key in lanes if key[0] in camera_ids]:
            self._worker(key[1]).batcher.close_mailbox(lanes.pop(key).mailbox)
        until_s = monotonic() + CUT_S
        while self._pipeline.maker.awaits(camera_ids) and monotonic() < until_s:
            sleep(0.05)
        for camera_id in camera_ids:
            self._pipeline.supervisor.forget(camera_id)

    def _admit(self, camera: SiteCamera) -> None:
        camera_id = CameraId(camera.id)
        opened = self._pipeline.make_camera(camera)
        self._pipeline.judge.swap(camera_id, self._pipeline.make_analyses(camera))
        self._pipeline.supervisor.add(opened)

    def _worker(self, model_id: str) -> InferenceWorker:
        return next(worker for worker in self._pipeline.workers if worker.model_id == model_id)

    def _end_idle_workers(self) -> None:
        used = {model_id for _, model_id in self._pipeline.lanes}
        for worker in [w for w in self._pipeline.workers if w.model_id not in used]:
            self._pipeline.workers.remove(worker)
            worker.stop()
            del self._pipeline.detectors[worker.model_id]


def _disabled(camera_id: CameraId) -> CameraStatus:
    return CameraStatus(
        camera_id=camera_id, state=CameraState.DISABLED, since=datetime.now(UTC), fault=None
    )
