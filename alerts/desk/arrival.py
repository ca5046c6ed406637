"""A node's clock may be wrong: what the desk makes of the times in an alert message.

A time more than `AHEAD` of the desk's own clock is impossible, so the receiving time stands in for
it: a case is opened then, not in 2099. A time long past is possible (the node was cut off), so the
case keeps it; but its place in the queue is at most `BEHIND` before it was received, so that what
nobody has seen yet does not come up on the last page.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from alerts.schema import AlertMessage

AHEAD = timedelta(minutes=1)
"""Nodes and desk keep their clocks by NTP; a minute is far beyond what that leaves."""
BEHIND = timedelta(hours=24)
"""One round of shifts."""


def on_our_clock(message: AlertMessage, received_at: datetime) -> AlertMessage:
    """The message with no time in the future: the receiving time stands in for those."""
    claimed = {
        "raised_at": message.raised_at,
        "captured_at": message.captured_at,
        "ended_at": message.ended_at,
    }
    ahead = [name for name, at in claimed.items() if at is not None and _is_ahead(at, received_at)]
    return message.model_copy(update=dict.fromkeys(ahead, received_at)) if ahead else message


def queued_at(opened_at: datetime, received_at: datetime) -> datetime:
    """Where a case stands in the queue, newest first."""
    return max(opened_at, received_at - BEHIND)


def clock_note(message: AlertMessage, received_at: datetime) -> str:
    """For the journal, Chinese first; empty where the case is opened at the time claimed."""
    if not _is_ahead(message.raised_at, received_at):
        return ""
    ahead_s = round((message.raised_at - received_at).total_seconds())
    return (
        f"节点时钟快 {ahead_s} 秒，按收到时间立案"
        f" (the node's clock is {ahead_s} s ahead; opened at the receiving time)"
    )


def _is_ahead(claimed: datetime, received_at: datetime) -> bool:
    return claimed - received_at > AHEAD
