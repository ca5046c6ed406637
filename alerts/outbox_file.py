"""The SQLite file under the outbox: opened once, checked, locked, never silently recreated."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from uuid import UUID, uuid4

from alerts.errors import OutboxDamagedError, OutboxError, OutboxWriteError
from alerts.outbox_layout import LAYOUT, upgrade

SYNCHRONOUS_FULL = "2"


class OutboxFile:
    """One connection behind one lock; threads take turns.

    Attributes:
        outbox_id: Random, made with the file; part of every message's identity.
    """

    def __init__(self, path: Path) -> None:
        """Open `path`, making it where it does not exist.

        Raises:
            OutboxDamagedError: It is damaged, or was never an outbox.
            OutboxError: It is of a later layout, in use, or cannot be read or made.
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
        except (sqlite3.DatabaseError, ValueError, OutboxWriteError) as error:
            self._connection.close()
            raise _explained(path, error.__cause__ or error) from error

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
            upgrade(database, 0)
            database.execute("INSERT INTO outbox VALUES (?, '')", (str(uuid4()),))
            database.commit()
        draft.rename(path)
        sync_folder(path.parent)
    except (OSError, sqlite3.Error) as error:
        raise OutboxError(f"outbox {path} cannot be made: {error}") from error


def sync_folder(folder: Path) -> None:
    """Have the disk hold a folder's entries."""
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
        _set(connection, "journal_mode = WAL", "wal")
        _set(connection, "synchronous = FULL", SYNCHRONOUS_FULL)
        connection.execute("PRAGMA foreign_keys = ON")
    except (sqlite3.Error, ValueError) as error:
        connection.close()
        raise _explained(path, error) from error
    except OutboxError:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    found = _only(connection, "PRAGMA integrity_check")
    if found != "ok":
        raise ValueError(found)
    layout = int(_only(connection, "PRAGMA user_version"))
    if layout > LAYOUT:
        raise OutboxError(
            f"the outbox is of layout {layout}, made by a newer version of xueliang; "
            f"this one reads up to {LAYOUT}"
        )
    if layout < 1:
        raise ValueError("it has no tables of ours")
    if layout < LAYOUT:
        upgrade(connection, layout)


def _set(connection: sqlite3.Connection, setting: str, wanted: str) -> None:
    """Ask for it, and make sure: SQLite keeps silent where it cannot."""
    name = setting.split(" ", maxsplit=1)[0]
    connection.execute(f"PRAGMA {setting}")
    found = _only(connection, f"PRAGMA {name}")
    if found != wanted:
        raise OutboxError(
            f"the outbox's file system does not allow {setting} (it stays {found}): "
            "alerts would not survive a power cut; put the data folder on a local disk"
        )


def _only(connection: sqlite3.Connection, query: str) -> str:
    row = connection.execute(query).fetchone()
    if row is None:
        raise ValueError("a row is missing")
    return str(row[0])


def _explained(path: Path, error: BaseException) -> OutboxError:
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return OutboxError(f"outbox {path} is in use by another process; a node runs once")
    if isinstance(error, sqlite3.OperationalError) and "no such" not in str(error):
        return OutboxError(f"outbox {path} cannot be opened: {error}")
    return OutboxDamagedError(
        f"outbox {path} is damaged or not an outbox ({error}); it may hold alerts that were not "
        "delivered, so it is not overwritten"
    )
