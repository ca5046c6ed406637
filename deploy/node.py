"""The composition root of a node: what is made of what, and in which order it starts and stops."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from types import FrameType
from typing import Protocol

from prometheus_client.core import Metric

from alerts.mqtt import MqttLink
from alerts.outbox import Outbox
from deploy.delivery import Delivery
from deploy.garbage import collect_rarely
from deploy.heap import share_heap
from deploy.metrics_page import MetricsPage
from deploy.node_http import NodeHttp
from deploy.node_life import NodeLife
from deploy.settings import Site, SiteCamera
from deploy.shards.assignment import share_out
from deploy.shards.shards import Shards
from deploy.site_change import SiteChange, site_change
from deploy.site_file import SiteFile
from deploy.site_reload import SiteReload

logger = logging.getLogger(__name__)


class Watch(Protocol):
    """What watches the node's cameras: a pipeline here, or shards."""

    def restart_needed(self, site: Site, change: SiteChange) -> tuple[str, ...]:
        """Which keys' change, on the way to `site`, it cannot take while it runs."""
        ...

    def go_to(self, site: Site, change: SiteChange) -> None:
        """Watch as `site` says from now on."""
        ...

    def running(self) -> AbstractContextManager[None]:
        """Watch while the block runs."""
        ...

    def collect(self) -> Iterable[Metric]:
        """What it has counted."""
        ...


class Node:
    """One node of a site, as an object; `running` starts and stops it."""

    def __init__(self, site: Site, node_id: str, *, shards: int = 1) -> None:
        """Open the outbox, and the models where one process does all; nothing runs yet.

        Args:
            site: The whole site.
            node_id: Which of its nodes.
            shards: Into how many processes to divide the cameras, at most; 1: all is done here.

        Raises:
            CatalogueError, DetectorError: A model cannot be used.
            OutboxError: The outbox is damaged or cannot be made.
            PublishError: A password or certificate file cannot be read.
            OSError: The data folder cannot be written.
        """
        self.site = site
        self.config = next(node for node in site.nodes if node.id == node_id)
        self.cameras_of_site = tuple(c for c in site.cameras if site.node_of(c) == node_id)
        self._life = NodeLife()
        self.delivery = Delivery(site, node_id, self._life)
        self.watch = self._open_watch(site, share_out(self.cameras_of_site, shards))
        self.metrics = MetricsPage(self.delivery, self.watch.collect)
        self.http = NodeHttp(self.config.bind, self)

    def _open_watch(self, site: Site, shares: Sequence[tuple[SiteCamera, ...]]) -> Watch:
        if len(shares) > 1:
            return Shards(site, shares, self.delivery, self._life)
        # Not at the top: a parent of shards never loads what looks at pictures, some 80 MB.
        from deploy.pipeline import Pipeline

        return Pipeline(site, shares[0], self.delivery, on_death=self._life.die)

    @property
    def outbox(self) -> Outbox:
        """The node's one outbox."""
        return self.delivery.outbox

    @property
    def link(self) -> MqttLink:
        """The node's one connection to the broker."""
        return self.delivery.link

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start everything, in the order in which alerts flow backwards; stop in reverse."""
        with ExitStack() as stack:
            stack.callback(self.http.stop)  # its port is taken already; nothing may start
            stack.enter_context(self.delivery.running())
            stack.enter_context(self.watch.running())
            stack.callback(self.http.stop)
            self.http.start()
            yield

    def change(self, old: Site, new: Site) -> SiteChange:
        """What it has to do to go from `old` to `new`."""
        change = site_change(old, new, self.config.id)
        needed = (*change.restart_needed, *self.watch.restart_needed(new, change))
        return replace(change, restart_needed=needed)

    def go_to(self, site: Site, change: SiteChange) -> None:
        """Watch and tell as `site` says from now on; see `CameraSwap.apply`."""
        self.watch.go_to(site, change)
        self.delivery.go_to(site)
        self.site = site

    def die(self, name: str, error: BaseException) -> None:
        """A part died: end the node, saying why."""
        self._life.die(name, error)

    def end(self) -> None:
        """Ask the node to end; from any thread or a signal handler."""
        self._life.end()

    def wait(self) -> None:
        """Until asked to end.

        Raises:
            NodeDiedError: A part died.
        """
        self._life.wait()
        self._life.check()

    @property
    def is_dying(self) -> bool:
        """Whether a part has died."""
        return self._life.reason is not None


def run_node(
    site: Site,
    node_id: str,
    *,
    shards: int = 1,
    file: SiteFile | None = None,
    on_ready: Callable[[int], None] | None = None,
) -> None:
    """Run a node until SIGTERM or Ctrl-C.

    Args:
        site: The whole site.
        node_id: Which of its nodes.
        shards: Into how many processes to divide its cameras, at most.
        file: Where `site` was read from: reloaded when it changes, and on SIGHUP.
        on_ready: Gets the node's HTTP port.

    Raises:
        NodeDiedError: A part died; the process manager should start the node again.
    """
    share_heap()
    node = Node(site, node_id, shards=shards)

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        node.end()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    with node.running(), _reloading(node, file):
        collect_rarely()
        logger.info(
            "node %s watches %d cameras",
            node_id,
            len(node.cameras_of_site),
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
        node.change,
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
