"""What a node has once, however many processes watch its cameras: outbox, broker, evidence."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.metadata import version

from alerts.alert import Alert
from alerts.compose import MessageComposer
from alerts.errors import OutboxWriteError
from alerts.evidence.archive import SpoolArchive
from alerts.evidence.keeper import EvidenceKeeper
from alerts.evidence.ledger import EvidenceLedger
from alerts.evidence.spool import Spool
from alerts.mqtt import MqttLink
from alerts.node_voice import NodeIdentity, NodeVoice
from alerts.outbox import Outbox
from alerts.publisher import Publisher
from alerts.schema import NodeState, ReducedClass
from alerts.topics import Topics
from deploy.composer import build_composer
from deploy.evidence_store import open_store
from deploy.node_life import NodeLife
from deploy.settings import Site
from ingest.status import CameraStatus

OUTBOX_RETRY_S = 1.0
"""While the disk is full, alerts wait and are tried again; inference waits behind them."""

logger = logging.getLogger(__name__)


class Delivery:
    """From an alert on: the one outbox, the one MQTT session and its will, the evidence store.

    Several pipelines may use it from several threads; `running` starts and stops it.
    """

    def __init__(self, site: Site, node_id: str, life: NodeLife) -> None:
        """Open the outbox; nothing runs yet.

        Raises:
            OutboxError: The outbox is damaged or cannot be made.
            EvidenceError: The evidence store cannot be used.
            PublishError: A password or certificate file cannot be read.
            OSError: The data folder cannot be written.
        """
        site.data.mkdir(parents=True, exist_ok=True)
        self._life = life
        self._compose: MessageComposer = build_composer(site, node_id)
        self.outbox = Outbox(site.data / "outbox.db")
        self._open_broker(site, node_id)
        self._open_evidence(site)

    def _open_broker(self, site: Site, node_id: str) -> None:
        topics = Topics(site.site)
        mqtt = site.mqtt
        identity = NodeIdentity(node=node_id, version=version("xueliang"), receipts=mqtt.receipts)
        voice = NodeVoice(identity, topics)
        client_id = f"xueliang-{site.site}-node-{node_id}"
        self.link = MqttLink(mqtt, client_id=client_id, will=voice.will, is_resending=False)
        self.publisher = Publisher(
            self.outbox, self.link, topics, identity, voice=voice, on_death=self._life.die
        )

    def _open_evidence(self, site: Site) -> None:
        ledger = EvidenceLedger(self.outbox.file)
        self.spool = Spool(site.data / "spool")
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

    @contextmanager
    def running(self) -> Iterator[None]:
        """End what a killed node left open, then start; stop in reverse."""
        with ExitStack() as stack:
            stack.callback(self.outbox.close)
            self.outbox.end_orphans()
            self.archive.recover()
            for part in (self.link, self.publisher, self.keeper):
                stack.callback(part.stop)
                part.start()
            yield
