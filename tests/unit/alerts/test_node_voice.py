"""A node's own status: overload and trouble at the same time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alerts.node_voice import NOTHING, NodeIdentity, NodeVoice
from alerts.schema import NodeState, NodeStatus, ReducedClass, Trouble
from alerts.topics import Topics

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
FULL = (Trouble.DISK_FULL,)
REDUCED = (ReducedClass(camera_class=3, cameras=4, fps=2.5, of_fps=5.0),)


class Speech:
    """A voice with a wall clock of its own."""

    def __init__(self) -> None:
        self.now = NOON
        identity = NodeIdentity(node="node-1", version="1")
        self.voice = NodeVoice(identity, Topics("site"), lambda: self.now)

    def said(self, clock_s: float) -> NodeStatus | None:
        """What is said at `clock_s`, if anything."""
        due = self.voice.due(NOTHING, clock_s)
        if due is None:
            return None
        self.voice.said(NOTHING, clock_s)
        return NodeStatus.model_validate_json(due.payload)

    def later(self) -> None:
        """A minute passes on the wall."""
        self.now += timedelta(minutes=1)


def test_trouble_and_overload_are_said_together_and_since_is_the_first_of_both() -> None:
    speech = Speech()
    speech.later()
    speech.voice.trouble(FULL)
    first = speech.said(0.0)
    speech.later()
    speech.voice.become(NodeState.REDUCED, REDUCED)
    both = speech.said(10.0)
    speech.voice.trouble(())
    last = speech.said(20.0)
    assert first is not None and both is not None and last is not None  # noqa: PT018 - for mypy
    assert (first.state, first.troubles, first.reduced) == (NodeState.REDUCED, FULL, ())
    assert (both.state, both.troubles, both.reduced) == (NodeState.REDUCED, FULL, REDUCED)
    assert (last.state, last.troubles, last.reduced) == (NodeState.REDUCED, None, REDUCED)
    assert {first.since, both.since, last.since} == {NOON + timedelta(minutes=1)}


def test_new_trouble_is_said_at_once_and_a_new_rate_only_after_a_while() -> None:
    speech = Speech()
    assert speech.said(0.0) is not None
    speech.voice.become(NodeState.REDUCED, REDUCED)
    assert speech.said(1.0) is not None
    speech.voice.become(NodeState.REDUCED, (REDUCED[0].model_copy(update={"fps": 3.0}),))
    assert speech.said(2.0) is None
    speech.voice.trouble(FULL)
    assert speech.said(2.0) is not None


def test_a_stopping_node_says_draining_whatever_troubles_it() -> None:
    speech = Speech()
    speech.voice.trouble(FULL)
    speech.voice.become(NodeState.DRAINING)
    status = speech.said(0.0)
    assert status is not None
    assert (status.state, status.troubles) == (NodeState.DRAINING, FULL)
