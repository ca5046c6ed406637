"""What watches cameras, from their streams to alerts: all of a node's, or one shard of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count
from typing import Protocol
from zoneinfo import ZoneInfo

from prometheus_client.core import Metric

from alerts.alert import Alert
from alerts.analysis import CameraAnalysis
from alerts.evidence.maker import EvidenceMaker
from alerts.gate_news import tell
from alerts.judge import RULES_STAGES, Died, Judge
from deploy.alert_delivery import AlertDelivery
from deploy.analyses import build_analysis, open_detectors
from deploy.camera_swap import CameraSwap
from deploy.heap import TRIMMER, HeapTrimmer
from deploy.node_load import NodeLoad
from deploy.pipeline_metrics import PipelineMetrics
from deploy.settings import Site, SiteCamera
from deploy.site_change import SiteChange
from deploy.thread_watch import ThreadWatch
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
from ingest.source import RtspSource
from ingest.stage_ledger import StageLedger
from ingest.supervisor import Supervisor
from ingest.thinning import Thinner

GOLDEN_RATIO = 0.618
"""Its multiples, less their whole parts, spread evenly however many cameras there are."""

THREADS = ("evidence-maker", "rules", "overload", TRIMMER)
"""Threads that every pipeline has, besides those of its models and cameras."""


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
        self.site = site
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
        self.detectors = dict(open_detectors(self.site, self._cameras_of_site))
        self._stages = StageLedger(RULES_STAGES)
        self._holds: dict[CameraId, GateHold] = {}
        analyses = {
            (CameraId(camera.id), model_id): analysis
            for camera in self._cameras_of_site
            for model_id, analysis in self.make_analyses(camera).items()
        }
        self.judge = Judge(
            analyses,
            on_alerts=self._keep,
            on_judged=lambda at, model, seen: tell(self._holds[at.camera_id], at, model, seen),
            on_death=self._on_death,
            stages=self._stages,
        )
        self.workers = [self.make_worker(detector) for detector in self.detectors.values()]

    def make_analyses(self, camera: SiteCamera) -> Mapping[str, CameraAnalysis]:
        """What judges the camera, by model."""
        ids = TrackIds()
        return {
            model_id: build_analysis(
                self.site, camera, self.detectors[model_id], ids, stages=self._stages
            )
            for model_id in self.site.models_of(camera)
        }

    def make_worker(self, detector: Detector) -> InferenceWorker:
        """The inference threads of one model, without cameras yet."""
        model = next(model for model in self.site.models if model.id == detector.model_id)
        arrangement = Arrangement.of(model, cores())
        return InferenceWorker(
            detector,
            Batcher(Arrivals(), arrangement.max_batch),
            on_seen=self.judge.see,
            on_death=self._on_death,
            lanes=arrangement.lanes,
            late_lanes=arrangement.late_lanes,
        )

    def _open_cameras(self) -> None:
        self._camera_settings = CameraSettings(
            zone=ZoneInfo(self.site.timezone),
            pre_roll_s=self.site.evidence.pre_roll_s,
            post_roll_s=self.site.evidence.post_roll_s,
        )
        self._phases = (index * GOLDEN_RATIO for index in count())
        self.lanes: dict[tuple[CameraId, str], FrameLane] = {}
        self.supervisor = Supervisor(self.make_camera(camera) for camera in self._cameras_of_site)
        self.cameras = self.supervisor.cameras
        self.load = NodeLoad(
            self.lanes, self.workers, on_change=self._delivery.become, on_death=self._on_death
        )

    def make_camera(self, camera: SiteCamera) -> Camera:
        """A camera, not yet started, whose frames go to the models it needs."""
        camera_id = CameraId(camera.id)
        hold = self._holds[camera_id] = GateHold()
        lanes = [self._open_lane(camera, model) for model in self.site.models_of(camera)]

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
            camera.model_copy(update={"decoder": self.site.decoder_of(camera)}),
            callbacks=callbacks,
            settings=self._camera_settings,
            make_source=partial(RtspSource, hold=hold),
        )

    def _open_lane(self, camera: SiteCamera, model_id: str) -> FrameLane:
        """The camera's way to one model."""
        camera_id = CameraId(camera.id)
        worker = next(worker for worker in self.workers if worker.model_id == model_id)
        lane = self.lanes[camera_id, model_id] = FrameLane(
            camera_class=camera.class_,
            sample_fps=camera.sample_fps,
            thinner=Thinner(phase=next(self._phases)),
            mailbox=worker.batcher.open_mailbox(camera_id),
        )
        return lane

    def _keep(self, alerts: list[Alert], frame: Frame | None) -> None:
        """Store alerts, then make their evidence; everything behind waits until they are safe."""
        self._delivery.store(alerts)
        self.maker.take(alerts, frame)

    def restart_needed(self, _site: Site, _change: SiteChange) -> tuple[str, ...]:
        """Nothing: cameras and models come and go while it runs."""
        return ()

    def go_to(self, site: Site, change: SiteChange) -> None:
        """Watch as `site` says from now on; see `CameraSwap.apply`."""
        CameraSwap(self, self._delivery.camera_status).apply(site, change)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start everything, in the order in which alerts flow backwards; stop in reverse."""
        with ExitStack() as stack:
            _start(stack, self.maker, self.judge)
            stack.callback(self._stop_workers)
            for worker in self.workers:
                worker.start()
            _start(stack, self.load, HeapTrimmer())
            stack.enter_context(self.supervisor)
            _start(stack, ThreadWatch(self._thread_names, on_death=self._on_death))
            yield

    def _thread_names(self) -> list[str]:
        infer = [name for worker in list(self.workers) for name in worker.thread_names]
        watched = [camera for camera in self.cameras.values() if not camera.is_stopping]
        return [*THREADS, *infer, *(name for camera in watched for name in camera.thread_names)]

    def _stop_workers(self) -> None:
        for worker in self.workers:  # those of now: a reload may have changed them
            worker.stop()

    def collect(self) -> Iterator[Metric]:
        """What it has counted."""
        return PipelineMetrics(self).collect()


def _start(stack: ExitStack, *parts: Part) -> None:
    for part in parts:
        stack.callback(part.stop)
        part.start()
