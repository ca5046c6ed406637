"""What a node says of itself: birth, will, backlog, farewell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from alerts.delivery import Retained
from alerts.schema import NodeState, NodeStatus, ReducedClass
from alerts.topics import Topics

REFRESH_S = 30.0
"""A status is said again after this, so that a desk sees how old it is."""
CHANGE_S = 5.0
"""A change of the backlog or of what is reduced alone is said no more often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeIdentity:
    """Who is speaking; `receipts` as in the site file's `mqtt`."""

    node: str
    version: str
    receipts: Literal["desk", "broker"] = "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """How the node stands; replaced as a whole, since it is set and said on different threads."""

    state: NodeState
    since: datetime
    reduced: tuple[ReducedClass, ...] = ()


def utc_now() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)


class NodeVoice:
    """Decides when a node status is due, and makes it; no I/O, clocks are handed in."""

    def __init__(
        self, identity: NodeIdentity, topics: Topics, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._identity = identity
        self._topic = topics.node_status(identity.node)
        self._now = now
        self._standing = _Standing(state=NodeState.ONLINE, since=now())
        self._saying = self._standing
        self._said: tuple[_Standing, int] | None = None
        self._said_s = 0.0

    @property
    def will(self) -> Retained:
        """What the broker says for us when we vanish; `since` is when we began to speak."""
        standing = _Standing(state=NodeState.OFFLINE, since=self._standing.since)
        return self._retained(standing, backlog=0)

    def become(self, state: NodeState, reduced: tuple[ReducedClass, ...] = ()) -> None:
        """Change the state, or what is reduced in it; said at the next `due`."""
        is_same = state is self._standing.state
        since = self._standing.since if is_same else self._now()
        self._standing = _Standing(state=state, since=since, reduced=reduced)

    def forget(self) -> None:
        """A new connection: everything has to be said again."""
        self._said = None

    def due(self, backlog: int, clock_s: float) -> Retained | None:
        """The status to publish now, if any; `clock_s` is monotonic."""
        standing = self._standing
        if self._said is not None:
            age_s = clock_s - self._said_s
            is_same = self._said == (standing, backlog)
            is_same_state = self._said[0].state is standing.state
            if (is_same and age_s < REFRESH_S) or (is_same_state and age_s < CHANGE_S):
                return None
        self._saying = standing
        return self._retained(standing, backlog)

    def said(self, backlog: int, clock_s: float) -> None:
        """The status that was last `due` was handed to the broker."""
        self._said, self._said_s = (self._saying, backlog), clock_s

    def _retained(self, standing: _Standing, backlog: int) -> Retained:
        status = NodeStatus(
            node=self._identity.node,
            state=standing.state,
            version=self._identity.version,
            since=standing.since,
            backlog=backlog,
            receipts=self._identity.receipts,
            reduced=standing.reduced,
        )
        return Retained(topic=self._topic, payload=status.model_dump_json().encode())
