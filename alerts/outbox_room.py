"""How much may wait in the outbox, and what goes first when that is reached.

Functions over an open transaction of the outbox. A number whose message was dropped is kept as
a range, so that the desk can be told not to ask for it (`alerts.dropped_flow`).
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from alerts.alert import Phase, Reason
from alerts.errors import OutboxFullError
from alerts.schema import AlertMessage

LOOK_AT = 100
EVIDENCE_RANK = 1
RANKS: dict[Reason | None, int] = {Reason.EVIDENCE: EVIDENCE_RANK, Reason.REOPENED: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits for a receipt.

    Attributes:
        bytes: Of the messages themselves; the file takes up to half as much again.
        oldest_at: When the oldest was stored, in seconds since 1970; None: nothing waits.
        dropped: Messages dropped for want of room since the file was made.
        max_bytes: The limit.
    """

    messages: int
    bytes: int
    oldest_at: float | None
    dropped: int
    max_bytes: int

    @property
    def is_full(self) -> bool:
        """Whether it is so full that messages are dropped or soon will be."""
        return self.bytes > 0.95 * self.max_bytes

    def age_s(self, now_s: float) -> float | None:
        """How long the oldest has waited at `now_s` (seconds since 1970); None: nothing waits."""
        return None if self.oldest_at is None else max(0.0, round(now_s - self.oldest_at, 1))


@dataclass(frozen=True, slots=True)
class DroppedRange:
    """Numbers `first` to `last` of a camera, both included, that no message will ever have."""

    camera: str
    first: int
    last: int


def drop_rank(message: AlertMessage) -> int:
    """The highest goes first; 0 never: what was raised or has ended is an alert, not news of one.

    A reopening is the last to go of those without evidence, because the desk reopens its case.
    """
    if message.phase is not Phase.UPDATED:
        return 0
    return RANKS.get(message.reason, 3)


def standing(database: sqlite3.Connection) -> Backlog:
    """The backlog; costs the same however much waits."""
    messages, size, dropped, limit = database.execute(
        "SELECT messages, bytes, dropped, max_bytes FROM totals"
    ).fetchone()
    oldest = database.execute("SELECT stored_at FROM messages ORDER BY place LIMIT 1").fetchone()
    return Backlog(
        messages=messages,
        bytes=size,
        oldest_at=None if oldest is None else oldest[0],
        dropped=dropped,
        max_bytes=limit,
    )


def make_room(database: sqlite3.Connection) -> None:
    """Drop, highest rank and oldest first, until what waits is within the limit, if it can be."""
    excess = _excess(database)
    while excess > 0:
        rows = database.execute(
            "SELECT place, camera, sequence, length(payload), drop_rank, payload FROM messages "
            "WHERE drop_rank > 0 ORDER BY drop_rank DESC, place LIMIT ?",
            (LOOK_AT,),
        ).fetchall()
        if not rows:
            return
        for place, camera, sequence, size, rank, payload in rows:
            if excess <= 0:
                return
            database.execute("DELETE FROM messages WHERE place = ?", (place,))
            note_dropped(database, camera, sequence)
            if rank == EVIDENCE_RANK:
                alert_id = json.loads(payload)["alert_id"]
                database.execute("INSERT OR IGNORE INTO untold VALUES (?)", (alert_id,))
            excess -= size


def _excess(database: sqlite3.Connection) -> int:
    return int(database.execute("SELECT bytes - max_bytes FROM totals").fetchone()[0])


def refuse_beyond(database: sqlite3.Connection, before: Backlog) -> None:
    """Raise OutboxFullError where more waits than may, and than did before."""
    size, limit = database.execute("SELECT bytes, max_bytes FROM totals").fetchone()
    if size > max(limit, before.bytes):
        raise OutboxFullError(
            f"the outbox is full: {before.messages} messages of {before.bytes} bytes wait for the "
            "desk, and what was raised or has ended is never dropped"
        )


def note_dropped(database: sqlite3.Connection, camera: str, sequence: int) -> None:
    """Remember a number that will never come, joined to its neighbours."""
    below = _one(
        database,
        "SELECT first FROM dropped WHERE camera = ? AND last = ?",
        (camera, sequence - 1),
    )
    above = _one(
        database,
        "SELECT last FROM dropped WHERE camera = ? AND first = ?",
        (camera, sequence + 1),
    )
    database.execute(
        "DELETE FROM dropped WHERE camera = ? AND first IN (?, ?)", (camera, below, sequence + 1)
    )
    span = (camera, below or sequence, above or sequence)
    database.execute("INSERT INTO dropped VALUES (?, ?, ?)", span)
    database.execute("UPDATE totals SET dropped = dropped + 1")


def _one(database: sqlite3.Connection, query: str, values: tuple[str, int]) -> int | None:
    row = database.execute(query, values).fetchone()
    return None if row is None else int(row[0])


def dropped_ranges(database: sqlite3.Connection, limit: int) -> list[DroppedRange]:
    """At most `limit` of those the desk has not confirmed."""
    rows = database.execute("SELECT camera, first, last FROM dropped LIMIT ?", (limit,))
    return [DroppedRange(*row) for row in rows]
