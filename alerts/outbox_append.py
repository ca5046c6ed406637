"""Stores one message and numbers it; functions over an open transaction of the outbox."""

from __future__ import annotations

import sqlite3
import time
from uuid import UUID

from alerts.outbox_alerts import remember, with_evidence
from alerts.outbox_room import drop_rank, make_room, standing
from alerts.payload import fit
from alerts.schema import AlertMessage

RETELL_AT_ONCE = 50


def next_sequence(database: sqlite3.Connection, camera: str) -> int:
    """The next number of `camera`, from 1; a rolled back transaction leaves no gap."""
    row = database.execute(
        "INSERT INTO cameras VALUES (?, 1) "
        "ON CONFLICT (camera) DO UPDATE SET sequence = sequence + 1 RETURNING sequence",
        (camera,),
    ).fetchone()
    return int(row[0])


def append(database: sqlite3.Connection, message: AlertMessage) -> AlertMessage:
    """Store one message that fits the wire, making room for it; returns it as stored."""
    fitting, payload = fit(message)
    place = database.execute(
        "INSERT INTO messages (camera, sequence, payload, drop_rank, stored_at) "
        "VALUES (?, ?, ?, ?, ?) RETURNING place",
        (fitting.camera, fitting.sequence, payload, drop_rank(fitting), time.time()),
    ).fetchone()[0]
    remember(database, fitting, payload, place)
    make_room(database)
    return fitting


def retell(database: sqlite3.Connection) -> None:
    """Once half is free: what became of evidence whose news was dropped."""
    now = standing(database)
    if 2 * now.bytes > now.max_bytes:
        return
    rows = database.execute("SELECT alert_id FROM untold LIMIT ?", (RETELL_AT_ONCE,)).fetchall()
    for (alert_id,) in rows:
        database.execute("DELETE FROM untold WHERE alert_id = ?", (alert_id,))
        message = with_evidence(database, UUID(alert_id), next_sequence)
        if message is not None:
            append(database, message)
