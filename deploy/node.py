"""The composition root of a node: what is made of what, and in which order it starts and stops."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.metadata import version
from itertools import count
from threading import Event
from types import FrameType
from typing import Protocol
from zoneinfo import ZoneInfo

from alerts.alert import Alert
from alerts.analysis import CameraAnalysis
from alerts.compose import MessageComposer
from alerts.disk_room import DiskRoom
from alerts.errors import OutboxWriteError
from alerts.evidence.keeper import EvidenceKeeper
from alerts.evidence.ledger import EvidenceLedger
from alerts.evidence.maker import EvidenceMaker
from alerts.evidence.spool import Spool
from alerts.judge import RULES_STAGES, Judge
from alerts.mqtt import MqttLink
from alerts.node_voice import NodeIdentity, NodeVoice
from alerts.outbox_opening import open_outbox
from alerts.publisher import Publisher
from alerts.receipts import ReceiptTray
from alerts.topics import Topics
from alerts.trouble_watch import TroubleWatch
from deploy.analyses import build_analysis, models_of, open_detectors
from deploy.camera_swap import CameraSwap
from deploy.composer import build_composer
from deploy.errors import NodeDiedError
from deploy.evidence_store import open_store
from deploy.heap import share_heap
from deploy.node_http import NodeHttp
from deploy.node_load import NodeLoad
from deploy.node_metrics import NodeMetrics
from deploy.settings import Site, SiteCamera
from deploy.site_change import SiteChange, site_change
from deploy.site_file import SiteFile
from deploy.site_reload import SiteReload
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

OUTBOX_RETRY_S = 1.0
"""While the disk is full, alerts wait and are tried again; inference waits behind them."""

GOLDEN_RATIO = 0.618
"""Its multiples, less their whole parts, spread evenly however many cameras there are."""

THREADS = ("publisher", "evidence-keeper", "evidence-maker", "rules", "overload")
"""Threads that every node has, besides those of its models and cameras."""

logger = logging.getLogger(__name__)


class Part(Protocol):
    """What runs from `start` to `stop`."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End; idempotent."""


class Node:
    """One node of a site, as an object; `running` starts and stops it."""

    def __init__(self, site: Site, node_id: str) -> None:
        """Open models and outbox; nothing runs yet.

        Raises:
            CatalogueError, DetectorError: A model cannot be used.
            OutboxError: The outbox is damaged or cannot be made.
            PublishError: A password or certificate file cannot be read.
            OSError: The data folder cannot be written.
        """
        self.site = site
        self.config = next(node for node in site.nodes if node.id == node_id)
        self.cameras_of_site = tuple(c for c in site.cameras if site.node_of(c) == node_id)
        self._done = Event()
        self._reason: str | None = None
        site.data.mkdir(parents=True, exist_ok=True)
        self._open_delivery(node_id)
        self._open_pipeline()
        self._open_evidence()
        self.metrics = NodeMetrics(self)
        self.http = NodeHttp(self.config.bind, self)

    def _open_delivery(self, node_id: str) -> None:
        topics = Topics(self.site.site)
        mqtt = self.site.mqtt_of(self.config)
        self._compose: MessageComposer = build_composer(self.site, node_id)
        self.outbox = open_outbox(
            self.site.data / "outbox.db", max_bytes=self.site.outbox.max_mb * 1_000_000
        )
        self.room = DiskRoom(self.site.data)
        identity = NodeIdentity(node=node_id, version=version("xueliang"), receipts=mqtt.receipts)
        voice = NodeVoice(identity, topics)
        client_id = f"xueliang-{self.site.site}-node-{node_id}"
        self.link = MqttLink(mqtt, client_id=client_id, will=voice.will, is_resending=False)
        self._publisher = Publisher(
            self.outbox,
            self.link,
            topics,
            identity,
            voice=voice,
            on_death=self.die,
            troubles=TroubleWatch(self.outbox.standing, self.room, set_aside=self.outbox.set_aside),
        )

    def _open_pipeline(self) -> None:
        self.detectors = dict(open_detectors(self.site, self.cameras_of_site))
        self._stages = StageLedger(RULES_STAGES)
        self._holds: dict[CameraId, GateHold] = {}
        analyses = {
            (CameraId(camera.id), model_id): analysis
            for camera in self.cameras_of_site
            for model_id, analysis in self.make_analyses(camera).items()
        }
        self.judge = Judge(
            analyses,
            on_alerts=self._keep,
            on_followed=lambda at: self._holds[at.camera_id].extend(at),
            on_death=self.die,
            stages=self._stages,
        )
        self._phases = (index * GOLDEN_RATIO for index in count())
        self.lanes: dict[tuple[CameraId, str], FrameLane] = {}
        self.workers = [self.make_worker(detector) for detector in self.detectors.values()]
        self._camera_settings = CameraSettings(
            zone=ZoneInfo(self.site.timezone),
            pre_roll_s=self.site.evidence.pre_roll_s,
            post_roll_s=self.site.evidence.post_roll_s,
        )
        self.supervisor = Supervisor(self.make_camera(camera) for camera in self.cameras_of_site)
        self.cameras = self.supervisor.cameras
        self.load = NodeLoad(
            self.lanes, self.workers, on_change=self._publisher.become, on_death=self.die
        )

    def make_analyses(self, camera: SiteCamera) -> Mapping[str, CameraAnalysis]:
        """What judges the camera, by model."""
        ids = TrackIds()
        return {
            model_id: build_analysis(
                self.site, camera, self.detectors[model_id], ids, stages=self._stages
            )
            for model_id in models_of(self.site, camera)
        }

    def make_worker(self, detector: Detector) -> InferenceWorker:
        """The inference threads of one model, without cameras yet."""
        model = next(model for model in self.site.models if model.id == detector.model_id)
        arrangement = Arrangement.of(model, cores())
        return InferenceWorker(
            detector,
            Batcher(Arrivals(), arrangement.max_batch),
            on_seen=self.judge.see,
            on_death=self.die,
            lanes=arrangement.lanes,
        )

    def _lane(self, camera: SiteCamera, model_id: str) -> FrameLane:
        """The camera's way to one model, opened anew."""
        camera_id = CameraId(camera.id)
        worker = next(worker for worker in self.workers if worker.model_id == model_id)
        lane = self.lanes[camera_id, model_id] = FrameLane(
            camera_class=camera.class_,
            sample_fps=camera.sample_fps,
            thinner=Thinner(phase=next(self._phases)),
            mailbox=worker.batcher.open_mailbox(camera_id),
        )
        return lane

    def make_camera(self, camera: SiteCamera) -> Camera:
        """A camera, not yet started, whose frames go to the models it needs."""
        camera_id = CameraId(camera.id)
        hold = self._holds[camera_id] = GateHold()
        lanes = [self._lane(camera, model) for model in models_of(self.site, camera)]

        def on_frame(frame: Frame) -> None:
            for lane in lanes:
                lane.put(frame)

        def on_session_end(camera_id: CameraId, session: str, _: FrameTime | None) -> None:
            self.judge.session_over(camera_id, session)

        callbacks = CameraCallbacks(
            on_frame=on_frame,
            on_status=self._publisher.camera_status,
            on_session_end=on_session_end,
        )
        return Camera(
            camera,
            callbacks=callbacks,
            settings=self._camera_settings,
            make_source=partial(RtspSource, hold=hold),
        )

    def _open_evidence(self) -> None:
        ledger = EvidenceLedger(self.outbox.file)
        spool = Spool(self.site.data / "spool", self.room)
        self.keeper = EvidenceKeeper(
            ledger,
            spool,
            open_store(self.site),
            on_message=self._publisher.wake,
            on_death=self.die,
        )
        self.maker = EvidenceMaker(
            ledger,
            spool,
            self.cameras,
            self.site.evidence,
            on_spooled=self.keeper.wake,
            on_message=self._publisher.wake,
            on_death=self.die,
        )

    def _keep(self, alerts: list[Alert], frame: Frame | None) -> None:
        """Store alerts; returns when they are safe. While the disk is full, everything waits."""
        is_said = False
        while True:
            try:
                self.outbox.commit(alerts, self._compose)
                break
            except OutboxWriteError as error:
                if not is_said:
                    logger.error("alerts wait: %s", error, extra={"action": "outbox-full"})
                is_said = True
                if self._done.wait(OUTBOX_RETRY_S):
                    raise
        self.maker.take(alerts, frame)
        self._publisher.wake()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start everything, in the order in which alerts flow backwards; stop in reverse."""
        with ExitStack() as stack:
            stack.callback(self.outbox.close)
            self.outbox.end_orphans()
            parts: list[Part] = [self.link, self._publisher, self.keeper, self.maker, self.judge]
            for part in [*parts, self.load]:
                stack.callback(part.stop)
                part.start()
            stack.callback(self._stop_workers)
            for worker in self.workers:
                worker.start()
            stack.enter_context(self.supervisor)
            watch = ThreadWatch(self._thread_names, on_death=self.die)
            stack.callback(watch.stop)
            watch.start()
            stack.callback(self.http.stop)
            self.http.start()
            yield

    def _thread_names(self) -> list[str]:
        infer = [name for worker in list(self.workers) for name in worker.thread_names]
        watched = [camera for camera in self.cameras.values() if not camera.is_stopping]
        return [*THREADS, *infer, *(f"camera-{camera.camera_id}" for camera in watched)]

    def _stop_workers(self) -> None:
        for worker in self.workers:  # those of now: a reload may have changed them
            worker.stop()

    def go_to(self, site: Site, change: SiteChange) -> None:
        """Watch as `site` says from now on; see `CameraSwap.apply`."""
        CameraSwap(self, self._publisher.camera_status).apply(site, change)
        self._compose = build_composer(site, self.config.id)

    def die(self, name: str, error: BaseException) -> None:
        """A part died: end the node, saying why."""
        logger.critical("%s died: %r", name, error, extra={"action": "part-died"})
        self._reason = f"{name} died: {error!r}"
        self._done.set()

    def end(self) -> None:
        """Ask the node to end; from any thread or a signal handler."""
        self._done.set()

    def wait(self) -> None:
        """Until asked to end.

        Raises:
            NodeDiedError: A part died.
        """
        self._done.wait()
        if self._reason is not None:
            raise NodeDiedError(self._reason)

    @property
    def receipts(self) -> ReceiptTray:
        """The desk's receipts, counted."""
        return self._publisher.receipts

    @property
    def is_dying(self) -> bool:
        """Whether a part has died."""
        return self._reason is not None


def run_node(
    site: Site,
    node_id: str,
    *,
    file: SiteFile | None = None,
    on_ready: Callable[[int], None] | None = None,
) -> None:
    """Run a node until SIGTERM or Ctrl-C.

    Args:
        site: The whole site.
        node_id: Which of its nodes.
        file: Where `site` was read from: reloaded when it changes, and on SIGHUP.
        on_ready: Gets the node's HTTP port.

    Raises:
        NodeDiedError: A part died; the process manager should start the node again.
    """
    share_heap()
    node = Node(site, node_id)

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        node.end()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    with node.running(), _reloading(node, file):
        logger.info(
            "node %s watches %d cameras",
            node_id,
            len(node.cameras),
            extra={"action": "node-up", "node": node_id},
        )
        if on_ready is not None:
            on_ready(node.http.port)
        node.wait()


@contextmanager
def _reloading(node: Node, file: SiteFile | None) -> Iterator[None]:
    if file is None:
        yield
        return
    reload = SiteReload(
        node.site,
        partial(site_change, node_id=node.config.id),
        load=file.load,
        files=file.files,
        apply=node.go_to,
        on_death=node.die,
    )
    signal.signal(signal.SIGHUP, lambda *_: reload.ask())
    reload.start()
    try:
        yield
    finally:
        reload.stop()
