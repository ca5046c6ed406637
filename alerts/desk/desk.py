"""The desk's parts that run: store, consumer, publisher of moves, and the link to the bus."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from alerts.desk.attachment_retention import AttachmentRetention, InTurn
from alerts.desk.clock import Clock, SteadyClock
from alerts.desk.command_thread import CommandThread
from alerts.desk.commands import Commands
from alerts.desk.config import DeskSite
from alerts.desk.consumer import Consumer, Link
from alerts.desk.count_care import care_for_counts
from alerts.desk.errors import StoreError
from alerts.desk.event_streams import EventStreams
from alerts.desk.intake import Intake
from alerts.desk.limit_keeper import LimitKeeper
from alerts.desk.move_publisher import MovePublisher
from alerts.desk.node_limits import NodeLimits
from alerts.desk.open_pages import OpenPages
from alerts.desk.overdue import Overdue
from alerts.desk.recorder import Recorder
from alerts.desk.register_keeper import RegisterKeeper
from alerts.desk.retention import Retention
from alerts.desk.retention_keeper import RetentionKeeper
from alerts.desk.retention_rules import RetentionRules
from alerts.desk.service import DeskService
from alerts.desk.store import Store
from alerts.desk.thumbnails import AllCopies
from alerts.desk.uploads import Uploads
from alerts.desk.webhook_book import WebhookBook
from alerts.desk.webhook_post import new_client, ssl_context
from alerts.desk.webhook_sender import WebhookSender
from alerts.mqtt import MqttLink
from alerts.topics import Topics

logger = logging.getLogger(__name__)


class RunningLink(Link, Protocol):
    """A link that is started and stopped by the desk."""

    def start(self) -> None: ...  # noqa: D102
    def stop(self) -> None: ...  # noqa: D102


LinkFactory = Callable[[DeskSite], RunningLink]


def mqtt_link(site: DeskSite) -> RunningLink:
    """The site's broker; raises PublishError where its password file cannot be read."""
    return MqttLink(site.mqtt, client_id=f"xueliang-{site.site}-desk")


class Desk:
    """Started once, stopped once; both idempotent.

    Attributes:
        is_dying: Whether a part has died; the process ends soon.
    """

    def __init__(
        self, site: DeskSite, *, make_link: LinkFactory = mqtt_link, steady: Clock | None = None
    ) -> None:
        """Nothing is opened or connected yet; `steady` is the clock of limits, for tests."""
        self.site = site
        self.store = Store(site.database, backups=Path(site.data) / "backups")
        self.link = make_link(site)
        self.service = DeskService(
            self.store, site, has_bus=self._has_bus, steady=steady or SteadyClock()
        )
        self.uploads = Uploads(self.service.evidence_folder)
        self.node_token = _token("node_token_file", site.desk.node_token_file)
        self.metrics_token = _token("metrics_token_file", site.desk.metrics_token_file)
        self.pages = OpenPages()
        self.on_death: Callable[[], None] = _nothing
        topics, changes = Topics(site.site), self.service.changes
        recorder = Recorder(
            self.store, Intake(topics, self.service.directory), self.service.directory
        )
        self.consumer = Consumer(
            self.link,
            recorder,
            self.store,
            topics,
            changes,
            limits=NodeLimits(self.service.directory, _limit(site)),
            on_death=self.died,
        )
        self._moves = MovePublisher(
            self.link,
            self.store,
            topics,
            changes,
            on_death=self.died,
            is_busy=lambda: self.consumer.waiting > 0,
        )
        self.commands = CommandThread(
            self.link,
            Commands(self.store, self.service),
            self.store,
            topics,
            on_death=self.died,
        )
        self.streams = EventStreams(self.service, self.store)
        self.webhooks = _webhook_sender(self)
        self.service.webhooks.on_due = self.webhooks.wake
        self.retention = Retention(
            self.store,
            self.service.shelf,
            RetentionRules(self.service.directory, site.desk.retention),
            AllCopies(self.service.clips, self.service.thumbnails),
            changes,
        )
        attachments = AttachmentRetention(
            self.store,
            self.service.attachment_folder,
            RetentionRules(self.service.directory, site.desk.retention),
            self.service.thumbnails,
            changes,
        )
        passes = InTurn(self.retention, attachments)
        self._retention_keeper = RetentionKeeper(
            passes, tidy=lambda: care_for_counts(self.store), on_death=self.died
        )
        self.register_keeper = RegisterKeeper(self.service.register_reader, on_death=self.died)
        self.overdue = Overdue(self.store, self.service.directory, changes)
        self._limit_keeper = LimitKeeper(self.overdue, on_death=self.died)
        self._running = ExitStack()
        self._lock = Lock()
        self._is_started = False
        self.is_dying = False

    def start(self) -> None:
        """Open the store, then listen to the bus. Raises StoreError."""
        with self._lock:
            if self._is_started:
                return
            with ExitStack() as stack:
                self.store.open()
                stack.callback(self.store.close)
                stack.callback(self.service.shelf.close)
                # The link ends after the consumer, so that its last batch is acknowledged.
                self.link.start()
                stack.callback(self.link.stop)
                self._moves.start()
                stack.callback(self._moves.stop)
                self.commands.start()
                stack.callback(self.commands.stop)
                self.webhooks.start()
                stack.callback(self.webhooks.stop)
                self._limit_keeper.start()
                stack.callback(self._limit_keeper.stop)
                self._retention_keeper.start()
                stack.callback(self._retention_keeper.stop)
                self.register_keeper.start()
                stack.callback(self.register_keeper.stop)
                self.consumer.start()
                stack.callback(self.consumer.stop)
                self._running = stack.pop_all()
            self._is_started = True

    def stop(self) -> None:
        """Stop in the reverse order."""
        self.streams.end()
        with self._lock:
            self._running.close()

    def _has_bus(self) -> bool:
        return self.link.connection is not None

    def is_store_ready(self) -> bool:
        """Whether the database answers."""
        try:
            self.store.check()
        except (SQLAlchemyError, StoreError):
            return False
        return True

    def died(self, thread: str, error: BaseException) -> None:
        """A dead side task stops the service: whoever runs it sees to that."""
        self.is_dying = True
        logger.critical("%s died: %s", thread, type(error).__name__, extra={"action": "desk-died"})
        self.on_death()


def _webhook_sender(desk: Desk) -> WebhookSender:
    config = desk.site.desk.webhooks
    verify = ssl_context(config.ca_file)
    return WebhookSender(
        WebhookBook(desk.store, desk.service.directory),
        desk.service.changes,
        allowed=config.hosts,
        make_client=lambda: new_client(verify),
        on_death=desk.died,
    )


def _limit(site: DeskSite) -> float:
    """Messages a second of one node; where nodes wait for no receipt, nothing comes again."""
    return site.desk.node_messages_per_s if site.mqtt.receipts == "desk" else math.inf


def _token(key: str, file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"desk.{key} {file} cannot be read") from error
    if not token:
        raise StoreError(f"desk.{key} {file} is empty")
    return token


def _nothing() -> None:
    """Nobody asked to be told."""
