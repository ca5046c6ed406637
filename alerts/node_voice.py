"""What a node says of itself: birth, will, backlog, farewell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from alerts.delivery import Retained
from alerts.outbox_room import Backlog
from alerts.schema import NodeState, NodeStatus, Text, Trouble
from alerts.topics import Topics
from alerts.words import TROUBLES

REFRESH_S = 30.0
"""A status is said again after this, so that a desk sees how old it is."""
CHANGE_S = 5.0
"""A change of the backlog alone is said no more often."""
NOTHING = Backlog(messages=0, bytes=0, oldest_at=None, dropped=0, max_bytes=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeIdentity:
    """Who is speaking; `receipts` as in the site file's `mqtt`."""

    node: str
    version: str
    receipts: Literal["desk", "broker"] = "desk"


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
        self._state = NodeState.ONLINE
        self._since = now()
        self._troubles: tuple[Trouble, ...] = ()
        self._said: tuple[NodeState, tuple[Trouble, ...], int] | None = None
        self._said_s = 0.0

    @property
    def will(self) -> Retained:
        """What the broker says for us when we vanish; `since` is when we began to speak."""
        return self._retained(NodeState.OFFLINE, NOTHING)

    def become(self, state: NodeState) -> None:
        """Change the state; said at the next `due`."""
        if state is not self._state:
            self._state, self._since = state, self._now()

    def trouble(self, troubles: tuple[Trouble, ...]) -> None:
        """Why the node is reduced, as it is now; said at the next `due`."""
        if troubles != self._troubles:
            self._troubles, self._since = troubles, self._now()

    def forget(self) -> None:
        """A new connection: everything has to be said again."""
        self._said = None

    def due(self, backlog: Backlog, clock_s: float) -> Retained | None:
        """The status to publish now, if any; `clock_s` is monotonic."""
        saying = self._saying(backlog)
        if self._said is not None:
            age_s = clock_s - self._said_s
            is_same = self._said == saying
            is_only_backlog = self._said[:2] == saying[:2]
            if (is_same and age_s < REFRESH_S) or (is_only_backlog and age_s < CHANGE_S):
                return None
        return self._retained(saying[0], backlog)

    def said(self, backlog: Backlog, clock_s: float) -> None:
        """The status was handed to the broker."""
        self._said, self._said_s = self._saying(backlog), clock_s

    def _saying(self, backlog: Backlog) -> tuple[NodeState, tuple[Trouble, ...], int]:
        is_reduced = self._troubles and self._state is NodeState.ONLINE
        state = NodeState.REDUCED if is_reduced else self._state
        return state, self._troubles, backlog.messages

    def _retained(self, state: NodeState, backlog: Backlog) -> Retained:
        status = NodeStatus(
            node=self._identity.node,
            state=state,
            version=self._identity.version,
            since=self._since,
            backlog=backlog.messages,
            receipts=self._identity.receipts,
            backlog_bytes=backlog.bytes or None,
            backlog_oldest_s=backlog.age_s(self._now().timestamp()),
            dropped=backlog.dropped or None,
            troubles=self._troubles or None,
            text=_text(self._troubles),
        )
        payload = status.model_dump_json(exclude_none=True).encode()
        return Retained(topic=self._topic, payload=payload)


def _text(troubles: tuple[Trouble, ...]) -> Text | None:
    if not troubles:
        return None
    words = [TROUBLES[trouble] for trouble in troubles]
    return Text(zh="；".join(each.zh for each in words), en="; ".join(each.en for each in words))
