"""What a node says of itself: birth, will, backlog, farewell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Literal

from alerts.delivery import Retained
from alerts.outbox_room import Backlog
from alerts.schema import NodeState, NodeStatus, ReducedClass, Text, Trouble
from alerts.topics import Topics
from alerts.words import TROUBLES

REFRESH_S = 30.0
"""A status is said again after this, so that a desk sees how old it is."""
CHANGE_S = 5.0
"""A change of the backlog or of what is reduced alone is said no more often."""
NOTHING = Backlog(messages=0, bytes=0, oldest_at=None, dropped=0, max_bytes=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeIdentity:
    """Who is speaking; `receipts` as in the site file's `mqtt`."""

    node: str
    version: str
    receipts: Literal["desk", "broker"] = "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """How the node stands; replaced as a whole, since it is set and said on different threads."""

    chosen: NodeState  # by `become`
    since: datetime  # of `state`
    reduced: tuple[ReducedClass, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    @property
    def state(self) -> NodeState:
        """What is said: a node in trouble is not simply `online`."""
        is_troubled = self.troubles and self.chosen is NodeState.ONLINE
        return NodeState.REDUCED if is_troubled else self.chosen


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
        self._lock = Lock()
        self._standing = _Standing(chosen=NodeState.ONLINE, since=now())
        self._saying = self._standing
        self._said: tuple[_Standing, int] | None = None
        self._said_s = 0.0

    @property
    def will(self) -> Retained:
        """What the broker says for us when we vanish; `since` is when we began to speak."""
        standing = _Standing(chosen=NodeState.OFFLINE, since=self._standing.since)
        return self._retained(standing, NOTHING)

    def become(self, state: NodeState, reduced: tuple[ReducedClass, ...] = ()) -> None:
        """Change the state, or what is reduced in it; said at the next `due`."""
        self._change(lambda standing: replace(standing, chosen=state, reduced=reduced))

    def trouble(self, troubles: tuple[Trouble, ...]) -> None:
        """What the node suffers from, as it is now; said at the next `due`."""
        self._change(lambda standing: replace(standing, troubles=troubles))

    def _change(self, change: Callable[[_Standing], _Standing]) -> None:
        with self._lock:
            before, after = self._standing, change(self._standing)
            is_same = before.state is after.state
            self._standing = after if is_same else replace(after, since=self._now())

    def forget(self) -> None:
        """A new connection: everything has to be said again."""
        self._said = None

    def due(self, backlog: Backlog, clock_s: float) -> Retained | None:
        """The status to publish now, if any; `clock_s` is monotonic."""
        standing = self._standing
        if self._said is not None:
            age_s, before = clock_s - self._said_s, self._said[0]
            is_same = self._said == (standing, backlog.messages)
            is_same_news = before.state is standing.state and before.troubles == standing.troubles
            if (is_same and age_s < REFRESH_S) or (is_same_news and age_s < CHANGE_S):
                return None
        self._saying = standing
        return self._retained(standing, backlog)

    def said(self, backlog: Backlog, clock_s: float) -> None:
        """The status that was last `due` was handed to the broker."""
        self._said, self._said_s = (self._saying, backlog.messages), clock_s

    def _retained(self, standing: _Standing, backlog: Backlog) -> Retained:
        status = NodeStatus(
            node=self._identity.node,
            state=standing.state,
            version=self._identity.version,
            since=standing.since,
            backlog=backlog.messages,
            receipts=self._identity.receipts,
            reduced=standing.reduced,
            backlog_bytes=backlog.bytes or None,
            backlog_oldest_s=backlog.age_s(self._now().timestamp()),
            dropped=backlog.dropped or None,
            troubles=standing.troubles or None,
            text=_text(standing.troubles),
        )
        empty = None if standing.reduced else {"reduced"}
        payload = status.model_dump_json(exclude_none=True, exclude=empty).encode()
        return Retained(topic=self._topic, payload=payload)


def _text(troubles: tuple[Trouble, ...]) -> Text | None:
    if not troubles:
        return None
    words = [TROUBLES[trouble] for trouble in troubles]
    return Text(zh="；".join(each.zh for each in words), en="; ".join(each.en for each in words))
