"""What watches cameras, from their streams to alerts: all of a node's, or one shard of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from prometheus_client.core import Metric

from alerts.alert import Alert
from alerts.evidence.maker import EvidenceMaker
from alerts.judge import Died, Judge
from deploy.alert_delivery import AlertDelivery
from deploy.analyses import build_analysis, models_of, open_detectors
from deploy.node_load import NodeLoad
from deploy.pipeline_metrics import PipelineMetrics
from deploy.settings import Site, SiteCamera
from detectors.arrangement import Arrangement
from detectors.batcher import Batcher
from detectors.detector import Detector
from detectors.lane import FrameLane
from detectors.session import cores
from detectors.tracker import TrackIds
from detectors.worker import InferenceWorker
from ingest.arrivals import Arrivals
from ingest.camera import Camera
from ingest.camera_settings import CameraCallbacks, CameraSettings
from ingest.frame import CameraId, Frame, FrameTime
from ingest.gate_hold import GateHold
from ingest.mailbox import Mailbox
from ingest.source import RtspSource
from ingest.supervisor import Supervisor
from ingest.thinning import Thinner

GOLDEN_RATIO = 0.618
"""Its multiples, less their whole parts, spread evenly however many cameras there are."""


class Part(Protocol):
    """What runs from `start` to `stop`."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End; idempotent."""


class Pipeline:
    """Cameras, gate, inference, rules, evidence; `running` starts and stops it."""

    def __init__(
        self,
        site: Site,
        cameras: Sequence[SiteCamera],
        delivery: AlertDelivery,
        *,
        on_death: Died,
    ) -> None:
        """Open the models; nothing runs yet.

        Raises:
            CatalogueError, DetectorError: A model cannot be used.
        """
        self._site = site
        self._cameras_of_site = tuple(cameras)
        self._delivery = delivery
        self._on_death = on_death
        self._open_analysis()
        self._open_cameras()
        self.maker = EvidenceMaker(
            delivery.archive,
            delivery.spool,
            self.cameras,
            site.evidence,
            on_death=on_death,
        )

    def _open_analysis(self) -> None:
        self.detectors = open_detectors(self._site, self._cameras_of_site)
        ids = {camera.id: TrackIds() for camera in self._cameras_of_site}
        analyses = {
            (CameraId(camera.id), model_id): build_analysis(
                self._site, camera, self.detectors[model_id], ids[camera.id]
            )
            for camera in self._cameras_of_site
            for model_id in models_of(self._site, camera)
        }
        self._holds = {CameraId(camera.id): GateHold() for camera in self._cameras_of_site}
        self.judge = Judge(
            analyses,
            on_alerts=self._keep,
            on_followed=lambda at: self._holds[at.camera_id].extend(at),
            on_death=self._on_death,
        )
        self.lanes: dict[tuple[CameraId, str], FrameLane] = {}
        self.workers = [self._worker(detector) for detector in self.detectors.values()]
        self.load = NodeLoad(
            self.lanes, self.workers, on_change=self._delivery.become, on_death=self._on_death
        )

    def _worker(self, detector: Detector) -> InferenceWorker:
        arrivals = Arrivals()
        model = next(model for model in self._site.models if model.id == detector.model_id)
        lanes = {
            (CameraId(camera.id), model.id): FrameLane(
                camera_class=camera.class_,
                sample_fps=camera.sample_fps,
                thinner=Thinner(phase=index * GOLDEN_RATIO),
                mailbox=Mailbox(CameraId(camera.id), arrivals),
            )
            for index, camera in enumerate(self._cameras_of_site)
            if model.id in models_of(self._site, camera)
        }
        self.lanes |= lanes
        arrangement = Arrangement.of(model, cores())
        return InferenceWorker(
            detector,
            Batcher(arrivals, arrangement.max_batch),
            on_seen=self.judge.see,
            on_death=self._on_death,
            lanes=arrangement.lanes,
        )

    def _open_cameras(self) -> None:
        settings = CameraSettings(
            zone=ZoneInfo(self._site.timezone),
            pre_roll_s=self._site.evidence.pre_roll_s,
            post_roll_s=self._site.evidence.post_roll_s,
        )
        self.cameras = {
            CameraId(camera.id): self._camera(camera, settings) for camera in self._cameras_of_site
        }

    def _camera(self, camera: SiteCamera, settings: CameraSettings) -> Camera:
        camera_id = CameraId(camera.id)
        lanes = [self.lanes[camera_id, model] for model in models_of(self._site, camera)]

        def on_frame(frame: Frame) -> None:
            for lane in lanes:
                lane.put(frame)

        def on_session_end(camera_id: CameraId, session: str, _: FrameTime | None) -> None:
            self.judge.session_over(camera_id, session)

        callbacks = CameraCallbacks(
            on_frame=on_frame,
            on_status=self._delivery.camera_status,
            on_session_end=on_session_end,
        )
        return Camera(
            camera.model_copy(update={"decoder": self._site.decoder_of(camera)}),
            callbacks=callbacks,
            settings=settings,
            make_source=partial(RtspSource, hold=self._holds[camera_id]),
        )

    def _keep(self, alerts: list[Alert], frame: Frame | None) -> None:
        """Store alerts, then make their evidence; everything behind waits until they are safe."""
        self._delivery.store(alerts)
        self.maker.take(alerts, frame)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start everything, in the order in which alerts flow backwards; stop in reverse."""
        with ExitStack() as stack:
            parts: list[Part] = [self.maker, self.judge, *self.workers, self.load]
            for part in parts:
                stack.callback(part.stop)
                part.start()
            stack.enter_context(Supervisor(self.cameras.values()))
            yield

    def collect(self) -> Iterator[Metric]:
        """What it has counted."""
        return PipelineMetrics(self).collect()
