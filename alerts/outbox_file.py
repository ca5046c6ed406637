"""The SQLite file under the outbox: opened once, checked, locked, never silently recreated."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from uuid import UUID, uuid4

from alerts.errors import OutboxError, OutboxWriteError

LAYOUT = 1
"""`PRAGMA user_version` of files this code reads and writes."""

SCHEMA = """
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


class OutboxFile:
    """One connection behind one lock; threads take turns.

    Attributes:
        outbox_id: Random, made with the file; part of every message's identity.
    """

    def __init__(self, path: Path) -> None:
        """Open `path`, making it where it does not exist.

        Raises:
            OutboxError: It is damaged, of another layout, in use, or cannot be read or made.
        """
        self.path = path
        self._lock = RLock()
        if not path.exists():
            _create(path)
        self._connection = _open(path)
        try:
            self.outbox_id = UUID(_only(self._connection, "SELECT outbox_id FROM outbox"))
            # a node that was killed cannot say what of its published messages was lost
            with self.transaction() as database:
                database.execute("UPDATE messages SET attempts = 0, due_at = 0")
        except (sqlite3.Error, ValueError, OutboxError) as error:
            self._connection.close()
            raise OutboxError(_damaged(path, error)) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, on the disk when the block is left.

        Raises:
            OutboxWriteError: The disk is full or fails; nothing of it was written.
        """
        with self._lock, self._write_errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def _write_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise OutboxWriteError(f"outbox {self.path} cannot be written: {error}") from error

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock:
            self._connection.close()


def _create(path: Path) -> None:
    """Make the file beside its place and move it there whole: an empty one is never ours."""
    draft = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        with closing(sqlite3.connect(draft)) as database:
            database.executescript(SCHEMA)
            database.execute("INSERT INTO outbox VALUES (?)", (str(uuid4()),))
            database.execute(f"PRAGMA user_version = {LAYOUT}")
            database.commit()
        draft.rename(path)
        _sync_folder(path.parent)
    except (OSError, sqlite3.Error) as error:
        raise OutboxError(f"outbox {path} cannot be made: {error}") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0.2, isolation_level=None, check_same_thread=False)
    try:
        # the lock is held while the file is open: two nodes on one outbox would both number
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        _check(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except (sqlite3.Error, ValueError) as error:
        connection.close()
        raise OutboxError(_explain(path, error)) from error
    return connection


def _check(connection: sqlite3.Connection) -> None:
    found = _only(connection, "PRAGMA integrity_check")
    if found != "ok":
        raise ValueError(found)
    layout = _only(connection, "PRAGMA user_version")
    if layout != str(LAYOUT):
        raise ValueError(f"layout {layout} instead of {LAYOUT}")


def _only(connection: sqlite3.Connection, query: str) -> str:
    row = connection.execute(query).fetchone()
    if row is None:
        raise ValueError("a row is missing")
    return str(row[0])


def _explain(path: Path, error: Exception) -> str:
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return f"outbox {path} is in use by another process; a node runs once"
    if isinstance(error, sqlite3.OperationalError):
        return f"outbox {path} cannot be opened: {error}"
    return _damaged(path, error)


def _damaged(path: Path, error: Exception) -> str:
    return (
        f"outbox {path} is damaged or not an outbox ({error}); it may hold alerts that were not "
        "delivered, so it is not replaced: move it away, keep it, and start again"
    )
