"""How much the desk takes of one node: a node gone mad must not keep the others waiting.

Nothing is lost by it. An alert message over the limit is acknowledged to the broker, which makes
room for the others' behind it, but gets no receipt: it stays in its node's outbox and comes again
with back-off. Of statuses over the limit the newest on each topic is held here until there is room.
"""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from alerts.delivery import Delivery
from alerts.desk.directory import Directory
from alerts.desk.repeats import Repeats

BURST_S = 40.0
"""A node that was cut off, or sends again what a repaired desk lacks, may send the messages of so
many seconds at once: 20,000 at the default rate, as many as the consumer's queue holds."""
UNKNOWN = "?"
"""All who write of cameras and nodes that are not in the site file, together."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Bucket:
    """Messages that may still be taken, as of a monotonic time."""

    left: float
    at_s: float


class NodeLimits:
    """One token bucket a node; for one thread.

    Attributes:
        deferred: Messages over the limit since the start, by node; any thread may read it.
    """

    def __init__(
        self,
        directory: Directory,
        per_s: float,
        *,
        burst_s: float = BURST_S,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Every bucket is full at first.

        Args:
            directory: The site's cameras and nodes; a message belongs to its camera's node.
            per_s: Messages a second of one node; infinite for no limit.
            burst_s: How many seconds' messages may come at once.
            clock: Monotonic seconds.
        """
        self.per_s = per_s
        self._directory = directory
        self._most = per_s * burst_s
        self._clock = clock
        self._repeats = Repeats(logger, clock=clock)
        self._buckets: dict[str, _Bucket] = {}
        self._held: dict[str, Delivery] = {}  # statuses by topic, at most one of each we know
        self.deferred: Counter[str] = Counter()

    def admit(self, batch: Sequence[Delivery]) -> list[Delivery]:
        """What to deal with now: of the batch, and of what was held before.

        All of `batch` is to be acknowledged by the caller, in order; what was held already is.
        """
        admitted = self._released()
        for delivery in batch:
            sender = self._sender(delivery.topic)
            if self._takes(sender):
                self._held.pop(delivery.topic, None)
                admitted.append(delivery)
            else:
                self._defer(sender, delivery)
        return admitted

    def _released(self) -> list[Delivery]:
        ready = [topic for topic in self._held if self._takes(self._sender(topic))]
        return [self._held.pop(topic) for topic in ready]

    def _defer(self, sender: str, delivery: Delivery) -> None:
        self.deferred[sender] += 1
        text = f"{sender}: more than {self.per_s:g} messages a second; they come again later"
        self._repeats.warn("node-over-limit", text)
        if sender != UNKNOWN and delivery.topic.endswith("/status"):
            self._held[delivery.topic] = replace(delivery, acknowledge=_acknowledged)

    def _takes(self, sender: str) -> bool:
        if math.isinf(self.per_s):
            return True
        now_s = self._clock()
        bucket = self._buckets.setdefault(sender, _Bucket(self._most, now_s))
        bucket.left = min(self._most, bucket.left + (now_s - bucket.at_s) * self.per_s)
        bucket.at_s = now_s
        if bucket.left < 1.0:
            return False
        bucket.left -= 1.0
        return True

    def _sender(self, topic: str) -> str:
        """The node that a topic is of, by the site file; never by what a message says."""
        kind, name = topic.split("/")[-3:-1]
        if kind == "camera" and name in self._directory.cameras:
            return self._directory.cameras[name].node
        return name if kind == "node" and name in self._directory.site.nodes else UNKNOWN


def _acknowledged() -> None:
    """It was, when it was held."""
