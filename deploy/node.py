"""The composition root of a node: what is made of what, and in which order it starts and stops."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import FrameType
from typing import Protocol

from prometheus_client.core import Metric

from alerts.mqtt import MqttLink
from alerts.outbox import Outbox
from deploy.delivery import Delivery
from deploy.heap import share_heap
from deploy.metrics_page import MetricsPage
from deploy.node_http import NodeHttp
from deploy.node_life import NodeLife
from deploy.settings import Site, SiteCamera
from deploy.shards.assignment import share_out
from deploy.shards.shards import Shards

logger = logging.getLogger(__name__)


class Watch(Protocol):
    """What watches the node's cameras: a pipeline here, or shards."""

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
        config = next(node for node in site.nodes if node.id == node_id)
        self.cameras_of_site = tuple(c for c in site.cameras if site.node_of(c) == node_id)
        self._life = NodeLife()
        self.delivery = Delivery(site, node_id, self._life)
        self.watch = self._open_watch(site, share_out(self.cameras_of_site, shards))
        self.metrics = MetricsPage(self.delivery, self.watch.collect)
        self.http = NodeHttp(config.bind, self)

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
    on_ready: Callable[[int], None] | None = None,
) -> None:
    """Run a node until SIGTERM or Ctrl-C; `on_ready` gets its HTTP port.

    Raises:
        NodeDiedError: A part died; the process manager should start the node again.
    """
    share_heap()
    node = Node(site, node_id, shards=shards)

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        node.end()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    with node.running():
        logger.info("node %s watches %d cameras", node_id, len(node.cameras_of_site))
        if on_ready is not None:
            on_ready(node.http.port)
        node.wait()
