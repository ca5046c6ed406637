"""Which stored messages are published when; functions over an open transaction of the outbox."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

FIRST_RETRY_S = 5.0
LAST_RETRY_S = 60.0
RETRY_WINDOW = 200
"""How many published messages, oldest first, are published again on time-out. A desk that is away
for a day must not find every message a thousand times in the broker's queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A stored message to publish now; `payload` is its JSON."""

    camera: str
    sequence: int
    payload: bytes


def due_messages(database: sqlite3.Connection, now: float, limit: int) -> list[Waiting]:
    """At most `limit` in the order they were committed; see `Outbox.due`."""
    fresh = "SELECT * FROM messages WHERE attempts = 0 ORDER BY place LIMIT ?"
    again = """
        SELECT * FROM (SELECT * FROM messages WHERE attempts > 0 ORDER BY place LIMIT ?)
        WHERE due_at <= ? ORDER BY place LIMIT ?
    """
    rows = database.execute(fresh, (limit,)).fetchall()
    rows += database.execute(again, (RETRY_WINDOW, now, limit)).fetchall()
    rows.sort()
    return [Waiting(camera=row[1], sequence=row[2], payload=row[3]) for row in rows[:limit]]


def postpone(
    database: sqlite3.Connection, key: tuple[str, int], now: float, jitter: random.Random
) -> None:
    """One (camera, sequence) was published: wait for its receipt, ever longer."""
    row = database.execute(
        "SELECT attempts FROM messages WHERE camera = ? AND sequence = ?", key
    ).fetchone()
    if row is None:  # receipted in between
        return
    wait_s = min(FIRST_RETRY_S * 2.0 ** min(row[0], 10), LAST_RETRY_S)
    due_at = now + wait_s * jitter.uniform(0.8, 1.2)
    database.execute(
        "UPDATE messages SET attempts = attempts + 1, due_at = ? WHERE camera = ? AND sequence = ?",
        (due_at, *key),
    )


def publish_again(database: sqlite3.Connection, unsent: Iterable[tuple[str, int]] | None) -> None:
    """These at once; None: all that was published."""
    if unsent is None:
        database.execute("UPDATE messages SET due_at = 0")
        return
    database.executemany(
        "UPDATE messages SET attempts = 0, due_at = 0 WHERE camera = ? AND sequence = ?", unsent
    )


def forget_received(database: sqlite3.Connection, received: Iterable[tuple[str, int, int]]) -> None:
    """The desk has these ranges: their messages go, and so do dropped numbers within them."""
    for camera, low, high in received:
        key = (camera, low, high)
        database.execute("DELETE FROM messages WHERE camera = ? AND sequence BETWEEN ? AND ?", key)
        database.execute("DELETE FROM dropped WHERE camera = ? AND first >= ? AND last <= ?", key)
