"""The outbox's tables, and how a file of an earlier layout becomes one of this."""

from __future__ import annotations

import sqlite3

LAYOUT = 3
"""`PRAGMA user_version` of files this code writes; it reads all earlier ones."""

LAYOUT_1 = """
CREATE TABLE outbox (outbox_id TEXT NOT NULL);
CREATE TABLE cameras (camera TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE messages (
    place INTEGER PRIMARY KEY AUTOINCREMENT,  -- order of commit over all cameras
    camera TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    payload BLOB NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at REAL NOT NULL DEFAULT 0,     -- on the publisher's monotonic clock
    UNIQUE (camera, sequence)
);
CREATE INDEX fresh ON messages (place) WHERE attempts = 0;
CREATE INDEX published ON messages (place) WHERE attempts > 0;
CREATE TABLE alerts (
    alert_id TEXT PRIMARY KEY,
    place INTEGER NOT NULL,             -- of the alert's latest message
    has_ended INTEGER NOT NULL,
    payload BLOB NOT NULL               -- the latest message, to make the next one from
) WITHOUT ROWID;
CREATE INDEX alerts_by_place ON alerts (place);
CREATE TABLE evidence (
    alert_id TEXT NOT NULL
        REFERENCES alerts ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    sha256 TEXT,
    bytes INTEGER,
    media_type TEXT,
    PRIMARY KEY (alert_id, kind)
) WITHOUT ROWID;
CREATE INDEX evidence_pending ON evidence (alert_id) WHERE state = 'pending';
"""

LAYOUT_2 = """
ALTER TABLE outbox ADD COLUMN opened TEXT NOT NULL DEFAULT '';  -- random, new at every start
ALTER TABLE messages ADD COLUMN drop_rank INTEGER NOT NULL DEFAULT 0;  -- highest goes first
ALTER TABLE messages ADD COLUMN stored_at REAL NOT NULL DEFAULT 0;     -- wall clock
UPDATE messages SET stored_at = strftime('%s', 'now'), drop_rank = CASE
    WHEN json_extract(CAST(payload AS TEXT), '$.phase') <> 'updated' THEN 0
    WHEN json_extract(CAST(payload AS TEXT), '$.reason') = 'evidence' THEN 1
    WHEN json_extract(CAST(payload AS TEXT), '$.reason') = 'reopened' THEN 2
    ELSE 3 END;
CREATE INDEX droppable ON messages (drop_rank DESC, place) WHERE drop_rank > 0;
CREATE TABLE dropped (                  -- numbers that no message will ever have
    camera TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (camera, first)
) WITHOUT ROWID;
CREATE INDEX dropped_by_last ON dropped (camera, last);
CREATE TABLE untold (alert_id TEXT PRIMARY KEY) WITHOUT ROWID;  -- evidence news was dropped
CREATE TABLE totals (
    messages INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    dropped INTEGER NOT NULL,           -- since the file was made
    max_bytes INTEGER NOT NULL          -- as the node was last started with
);
INSERT INTO totals
    SELECT count(*), coalesce(sum(length(payload)), 0), 0, 9223372036854775807 FROM messages;
CREATE TRIGGER message_in AFTER INSERT ON messages BEGIN
    UPDATE totals SET messages = messages + 1, bytes = bytes + length(NEW.payload); END;
CREATE TRIGGER message_out AFTER DELETE ON messages BEGIN
    UPDATE totals SET messages = messages - 1, bytes = bytes - length(OLD.payload); END;
"""

LAYOUT_3 = """
ALTER TABLE evidence ADD COLUMN is_asked INTEGER NOT NULL DEFAULT 0;  -- the store may have it
"""

UPGRADES = {0: LAYOUT_1, 1: LAYOUT_2, 2: LAYOUT_3}
"""By the layout they start from; 0 is a file without tables."""


def upgrade(database: sqlite3.Connection, layout: int) -> None:
    """From `layout` to `LAYOUT`, all or nothing."""
    steps = "".join(UPGRADES[number] for number in range(layout, LAYOUT))
    try:
        database.executescript(f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {LAYOUT}; COMMIT;")
    finally:
        if database.in_transaction:
            database.execute("ROLLBACK")
