"""The node's outbox: an alert is here before it is anywhere else, and until the desk has it."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from alerts.alert import Alert, Phase
from alerts.compose import Compose, Stamp
from alerts.outbox_alerts import evidence_of, expect_evidence, open_alerts, remember
from alerts.outbox_file import OutboxFile
from alerts.payload import fit
from alerts.schema import AlertMessage, EvidenceKind, RangesByCamera, Receipt

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


class Outbox:
    """Stores alert messages, numbers them per camera without gaps, keeps them until receipted.

    Safe to use from several threads. Times `now` are of one monotonic clock of the caller.
    """

    def __init__(
        self,
        path: Path,
        *,
        evidence: Sequence[EvidenceKind] = tuple(EvidenceKind),
        jitter: random.Random | None = None,
    ) -> None:
        """Open the file at `path`, making it where there is none.

        Args:
            path: The file.
            evidence: What is kept of every raised alert; empty where the site keeps none.
            jitter: Spreads repetitions, 80–120 %.

        Raises:
            OutboxError: The file is damaged, in use, or cannot be made.
        """
        self.file = OutboxFile(path)
        self._evidence = tuple(evidence)
        self._jitter = jitter or random.Random()  # noqa: S311 - spreads load, guards nothing

    @property
    def outbox_id(self) -> UUID:
        """Random, made with the file."""
        return self.file.outbox_id

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def commit(self, alerts: Sequence[Alert], compose: Compose) -> list[AlertMessage]:
        """Store alerts as messages, all or none, and return them as stored.

        Raises:
            OutboxWriteError: The disk is full or fails; the same call may be made again.
            OutboxError: A message is too large even without its text; nothing was stored.
        """
        with self.file.transaction() as database:
            return [self._store(database, alert, compose) for alert in alerts]

    def _store(self, database: sqlite3.Connection, alert: Alert, compose: Compose) -> AlertMessage:
        if alert.phase is Phase.RAISED:
            refs = expect_evidence(database, alert.alert_id, self._evidence)
        else:
            refs = evidence_of(database, alert.alert_id)
        stamp = Stamp(
            outbox_id=self.outbox_id,
            sequence=next_sequence(database, alert.camera_id),
            evidence=refs,
        )
        return append(database, compose(alert, stamp))

    def end_orphans(self) -> list[AlertMessage]:
        """End every open alert with its last known times; call it once, before the rules start.

        A node that was killed leaves alerts that no rule will ever end: their sessions are gone.
        """
        with self.file.transaction() as database:
            return [append(database, follow) for follow in open_alerts(database, next_sequence)]

    def due(self, now: float, limit: int) -> list[Waiting]:
        """At most `limit` messages to publish now, in the order they were committed.

        Those never published, those the desk says it lacks, and of the others the oldest
        `RETRY_WINDOW` whose time has come.
        """
        fresh = "SELECT * FROM messages WHERE attempts = 0 ORDER BY place LIMIT ?"
        again = """
            SELECT * FROM (SELECT * FROM messages WHERE attempts > 0 ORDER BY place LIMIT ?)
            WHERE due_at <= ? ORDER BY place LIMIT ?
        """
        with self.file.transaction() as database:
            rows = database.execute(fresh, (limit,)).fetchall()
            rows += database.execute(again, (RETRY_WINDOW, now, limit)).fetchall()
        rows.sort()
        return [Waiting(camera=row[1], sequence=row[2], payload=row[3]) for row in rows[:limit]]

    def mark_published(self, published: Iterable[tuple[str, int]], now: float) -> None:
        """(camera, sequence) pairs were handed to the broker: wait for receipts, ever longer."""
        with self.file.transaction() as database:
            for camera, sequence in published:
                self._postpone(database, camera, sequence, now)

    def _postpone(
        self, database: sqlite3.Connection, camera: str, sequence: int, now: float
    ) -> None:
        key = (camera, sequence)
        row = database.execute(
            "SELECT attempts FROM messages WHERE camera = ? AND sequence = ?", key
        ).fetchone()
        if row is None:  # receipted in between
            return
        wait_s = min(FIRST_RETRY_S * 2.0 ** min(row[0], 10), LAST_RETRY_S)
        due_at = now + wait_s * self._jitter.uniform(0.8, 1.2)
        database.execute(
            "UPDATE messages SET attempts = attempts + 1, due_at = ? "
            "WHERE camera = ? AND sequence = ?",
            (due_at, *key),
        )

    def mark_due(self, unsent: Iterable[tuple[str, int]] | None = None) -> None:
        """Publish these again at once; None: all, after the broker lost our session."""
        with self.file.transaction() as database:
            if unsent is None:
                database.execute("UPDATE messages SET due_at = 0")
                return
            database.executemany(
                "UPDATE messages SET attempts = 0, due_at = 0 WHERE camera = ? AND sequence = ?",
                unsent,
            )

    def acknowledged(self, delivered: Iterable[tuple[str, int]]) -> None:
        """Drop (camera, sequence) pairs: for sites where the broker's word is the receipt."""
        with self.file.transaction() as database:
            database.executemany(
                "DELETE FROM messages WHERE camera = ? AND sequence = ?", delivered
            )

    def receive(self, receipt: Receipt) -> bool:
        """Drop what the desk has, publish at once what it lacks; False: not this outbox's."""
        if receipt.outbox_id != self.outbox_id:
            return False
        with self.file.transaction() as database:
            database.executemany(
                "DELETE FROM messages WHERE camera = ? AND sequence BETWEEN ? AND ?",
                _ranges(receipt.received),
            )
            database.executemany(
                "UPDATE messages SET attempts = 0, due_at = 0 "
                "WHERE camera = ? AND sequence BETWEEN ? AND ?",
                _ranges(receipt.missing),
            )
        return True

    def backlog(self) -> int:
        """How many messages have no receipt yet."""
        with self.file.transaction() as database:
            return int(database.execute("SELECT count(*) FROM messages").fetchone()[0])


def next_sequence(database: sqlite3.Connection, camera: str) -> int:
    """The next number of `camera`, from 1; a rolled back transaction leaves no gap."""
    row = database.execute(
        "INSERT INTO cameras VALUES (?, 1) "
        "ON CONFLICT (camera) DO UPDATE SET sequence = sequence + 1 RETURNING sequence",
        (camera,),
    ).fetchone()
    return int(row[0])


def append(database: sqlite3.Connection, message: AlertMessage) -> AlertMessage:
    """Store one message that fits the wire; returns it as stored."""
    fitting, payload = fit(message)
    place = database.execute(
        "INSERT INTO messages (camera, sequence, payload) VALUES (?, ?, ?) RETURNING place",
        (fitting.camera, fitting.sequence, payload),
    ).fetchone()[0]
    remember(database, fitting, payload, place)
    return fitting


def _ranges(ranges: RangesByCamera) -> list[tuple[str, int, int]]:
    return [(camera, low, high) for camera, spans in ranges.items() for low, high in spans]
