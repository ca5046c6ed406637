"""The desk's parts that run: store, consumer, publisher of moves, and the link to the bus."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from alerts.desk.clock import Clock, SteadyClock
from alerts.desk.config import DeskSite
from alerts.desk.consumer import Link
from alerts.desk.desk_parts import keepers, on_bus, webhook_sender
from alerts.desk.errors import StoreError
from alerts.desk.event_streams import EventStreams
from alerts.desk.open_pages import OpenPages
from alerts.desk.service import DeskService
from alerts.desk.store import Store
from alerts.desk.uploads import Uploads
from alerts.mqtt import MqttLink

logger = logging.getLogger(__name__)


class Part(Protocol):
    """Started and stopped by the desk."""

    def start(self) -> None: ...  # noqa: D102
    def stop(self) -> None: ...  # noqa: D102


class RunningLink(Link, Part, Protocol):
    """A link that is one of the desk's parts."""


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
        self._on_bus = on_bus(site, self.link, self.service, self.store, self.died)
        self.consumer, self.commands = self._on_bus.consumer, self._on_bus.commands
        self.streams = EventStreams(self.service, self.store)
        self.webhooks = webhook_sender(site, self.service, self.store, self.died)
        self.keepers = keepers(site, self.service, self.store, self.died)
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
                for part in self._parts():
                    part.start()
                    stack.callback(part.stop)
                self._running = stack.pop_all()
            self._is_started = True

    def stop(self) -> None:
        """Stop in the reverse order."""
        self.streams.end()
        with self._lock:
            self._running.close()

    def _parts(self) -> Iterator[Part]:
        """In the order of their start; the link ends last, so that all is acknowledged."""
        yield self.link
        yield self._on_bus.moves
        yield self.commands
        yield self.webhooks
        yield self.keepers.limits
        yield self.keepers.evidence
        yield self.keepers.register
        yield self.consumer

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
