"""What a node has once, however many processes watch its cameras: outbox, broker, evidence."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.metadata import version

from alerts.alert import Alert
from alerts.compose import MessageComposer
from alerts.disk_room import DiskRoom
from alerts.errors import OutboxWriteError
from alerts.evidence.archive import SpoolArchive
from alerts.evidence.keeper import EvidenceKeeper
from alerts.evidence.ledger import EvidenceLedger
from alerts.evidence.spool import Spool
from alerts.mqtt import MqttLink
from alerts.node_voice import NodeIdentity, NodeVoice
from alerts.outbox_opening import open_outbox
from alerts.publisher import Publisher
from alerts.receipts import ReceiptTray
from alerts.schema import NodeState, ReducedClass
from alerts.topics import Topics
from alerts.trouble_watch import TroubleWatch
from deploy.composer import build_composer
from deploy.evidence_store import open_store
from deploy.node_life import NodeLife
from deploy.settings import NodeConfig, Site
from deploy.thread_watch import ThreadWatch
from ingest.status import CameraStatus

OUTBOX_RETRY_S = 1.0
"""While the disk is full, alerts wait and are tried again; inference waits behind them."""

THREADS = ("publisher", "evidence-keeper")
"""Those that run from start to stop."""

logger = logging.getLogger(__name__)


class Delivery:
    """From an alert on: the one outbox, the one MQTT session and its will, the evidence store.

    Several pipelines may use it from several threads; `running` starts and stops it.
    """

    def __init__(self, site: Site, node_id: str, life: NodeLife) -> None:
        """Open the outbox; nothing runs yet.

        Raises:
            OutboxError: The outbox cannot be made; a damaged one is set aside.
            EvidenceError: The evidence store cannot be used.
            PublishError: A password or certificate file cannot be read.
            OSError: The data folder cannot be written.
        """
        site.data.mkdir(parents=True, exist_ok=True)
        self._life = life
        self._node_id = node_id
        self._compose: MessageComposer = build_composer(site, node_id)
        self.outbox = open_outbox(site.data / "outbox.db", max_bytes=site.outbox.max_mb * 1_000_000)
        self.room = DiskRoom(site.data)
        self._open_broker(site, next(node for node in site.nodes if node.id == node_id))
        self._open_evidence(site)

    def _open_broker(self, site: Site, node: NodeConfig) -> None:
        topics = Topics(site.site)
        mqtt = site.mqtt_of(node)
        identity = NodeIdentity(node=node.id, version=version("xueliang"), receipts=mqtt.receipts)
        voice = NodeVoice(identity, topics)
        client_id = f"xueliang-{site.site}-node-{node.id}"
        self.link = MqttLink(mqtt, client_id=client_id, will=voice.will, is_resending=False)
        self.publisher = Publisher(
            self.outbox,
            self.link,
            topics,
            identity,
            voice=voice,
            on_death=self._life.die,
            troubles=TroubleWatch(self.outbox.standing, self.room, set_aside=self.outbox.set_aside),
        )

    def _open_evidence(self, site: Site) -> None:
        ledger = EvidenceLedger(self.outbox.file)
        self.spool = Spool(site.data / "spool", self.room)
        self.keeper = EvidenceKeeper(
            ledger,
            self.spool,
            open_store(site),
            on_message=self.publisher.wake,
            on_death=self._life.die,
        )
        self.archive = SpoolArchive(
            ledger, self.spool, on_spooled=self.keeper.wake, on_message=self.publisher.wake
        )

    def store(self, alerts: Sequence[Alert]) -> None:
        """Store alerts; returns when they are safe. While the disk is full, everything waits.

        Raises:
            OutboxWriteError: The node ends, and the disk is still full.
            OutboxError: A message is too large even without its text.
        """
        is_said = False
        while True:
            try:
                self.outbox.commit(alerts, self._compose)
                break
            except OutboxWriteError as error:
                if not is_said:
                    logger.error("alerts wait: %s", error, extra={"action": "outbox-full"})
                is_said = True
                if self._life.wait(OUTBOX_RETRY_S):
                    raise
        self.publisher.wake()

    def camera_status(self, status: CameraStatus) -> None:
        """Publish a camera's state; from any thread, never blocks."""
        self.publisher.camera_status(status)

    def become(self, state: NodeState, reduced: tuple[ReducedClass, ...]) -> None:
        """Say whether all frames are analysed; from any thread, never blocks."""
        self.publisher.become(state, reduced)

    def go_to(self, site: Site) -> None:
        """Name cameras and areas as `site` does from now on."""
        self._compose = build_composer(site, self._node_id)

    @property
    def receipts(self) -> ReceiptTray:
        """The desk's receipts, counted."""
        return self.publisher.receipts

    @contextmanager
    def running(self) -> Iterator[None]:
        """End what a killed node left open, then start; stop in reverse."""
        with ExitStack() as stack:
            stack.callback(self.outbox.close)
            self.outbox.end_orphans()
            self.archive.recover()
            watch = ThreadWatch(lambda: THREADS, on_death=self._life.die)
            for part in (self.link, self.publisher, self.keeper, watch):
                stack.callback(part.stop)
                part.start()
            yield
