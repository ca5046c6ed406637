"""Every message the outbox ever committed, kept by SQLite itself.

Receipts delete messages within a fraction of a second, and a node holds its outbox's lock, so
nobody outside sees them all. A trigger in the outbox's own file does, within the transaction that
commits a message: what is kept is exactly what was accepted, however the node dies.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from alerts.outbox_file import OutboxFile
from tests.acceptance.chaos.held import Piece

FIELDS = ("outbox_id", "camera", "sequence", "alert_id", "phase", "reason", "evidence")
VALUES = ", ".join(f"json_extract(CAST(NEW.payload AS TEXT), '$.{name}')" for name in FIELDS)
TABLE = f"""
CREATE TABLE chaos_kept (place INTEGER PRIMARY KEY, {", ".join(FIELDS)});
CREATE TRIGGER chaos_keep AFTER INSERT ON messages BEGIN
    INSERT INTO chaos_kept VALUES (NEW.place, {VALUES}); END;
CREATE TRIGGER chaos_renew AFTER UPDATE OF payload ON messages BEGIN
    INSERT OR REPLACE INTO chaos_kept VALUES (NEW.place, {VALUES}); END;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One message as it was accepted."""

    outbox_id: UUID
    camera: str
    sequence: int
    alert_id: UUID
    phase: str
    reason: str | None = None
    evidence: Mapping[str, Piece] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """All that an outbox accepted.

    Attributes:
        waiting: How many of the messages have no receipt.
        unsettled: How much evidence is neither stored nor failed.
        dropped: Ranges it gave up for want of room; there should be none.
    """

    messages: tuple[Kept, ...]
    waiting: int = 0
    unsettled: int = 0
    dropped: int = 0


def keep_from_now_on(path: Path) -> None:
    """Make the outbox before its node does, with the trigger; nothing where it is made already."""
    if path.exists():
        return
    OutboxFile(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.executescript(TABLE)


def accepted(path: Path) -> Accepted:
    """What the outbox of a node that has ended accepted."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(f"SELECT {', '.join(FIELDS)} FROM chaos_kept ORDER BY place")
        messages = tuple(_kept(row) for row in rows)
        return Accepted(
            messages=messages,
            waiting=_number(database, "SELECT count(*) FROM messages"),
            unsettled=_number(database, "SELECT count(*) FROM evidence WHERE state = 'pending'"),
            dropped=_number(database, "SELECT dropped FROM totals"),
        )


def _number(database: sqlite3.Connection, query: str) -> int:
    return int(database.execute(query).fetchone()[0])


def _kept(row: tuple[str, str, int, str, str, str | None, str]) -> Kept:
    outbox_id, camera, sequence, alert_id, phase, reason, evidence = row
    return Kept(
        outbox_id=UUID(outbox_id),
        camera=camera,
        sequence=sequence,
        alert_id=UUID(alert_id),
        phase=phase,
        reason=reason,
        evidence={
            each["kind"]: Piece(state=each["state"], sha256=each["sha256"], size=each["bytes"])
            for each in json.loads(evidence)
        },
    )
