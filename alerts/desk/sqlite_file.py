"""The desk's SQLite file from outside SQLAlchemy: is it whole, and copies of it while in use."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from alerts.desk.errors import StoreError
from alerts.desk.schema_version import known

logger = logging.getLogger(__name__)

WAIT_S = 10.0
WHOLE_BYTES = 500_000_000
"""Some 2 s; 2 GB from a cold disk would keep a desk closed for minutes after every start."""
COMPANIONS = ("-wal", "-shm")
"""What SQLite keeps beside a file in WAL mode; a `-wal` holds transactions of its file."""


def refuse_damage(path: Path) -> None:
    """Raise StoreError, which says what to do, unless `path` is whole or not there yet.

    Reads the whole of it up to `WHOLE_BYTES`, which a start can spare; of a larger one what leads
    to its tables, and says so.
    """
    if not path.exists():
        wal = path.with_name(path.name + "-wal")
        if wal.exists() and wal.stat().st_size:
            raise StoreError(_advice(path, f"is gone, but {wal.name} is still there"))
        return
    if path.stat().st_size == 0:
        raise StoreError(_advice(path, "is empty, which no start of ours leaves"))
    with _reading(path) as database:
        if path.stat().st_size <= WHOLE_BYTES:
            _refuse_faults(path, database, "quick_check")
        else:
            _look_at_beginnings(path, database)


def _look_at_beginnings(path: Path, database: sqlite3.Connection) -> None:
    """The schema, and of each table its first row."""
    tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (name,) in tables:
        database.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()  # noqa: S608 - a table's own name
    logger.info(
        "database %s is large: its beginning was checked; `xueliang desk backup` checks all of it",
        path,
        extra={"action": "database-large"},
    )


def check_backup(path: Path) -> None:
    """Raise StoreError unless `path` is a whole desk database that this program can open."""
    if not path.is_file():
        raise StoreError(f"{path}: there is no such file")
    with _reading(path) as database:
        _refuse_faults(path, database, "integrity_check")
        try:
            rows = database.execute("SELECT version_num FROM alembic_version").fetchall()
        except sqlite3.OperationalError:
            rows = []
    try:
        known(str(rows[0][0]) if rows else None)
    except StoreError as error:
        raise StoreError(f"{path} {error}") from error


def copy_file(source: Path, target: Path) -> None:
    """Make `target` a copy of `source` as of one moment, also while others write to it.

    The copy is one file without companions, readable to its owner only (it holds password
    hashes), and whole before it gets its name.

    Raises:
        StoreError: `target` exists or cannot be written, or `source` is missing or damaged.
    """
    if not source.is_file():
        raise StoreError(f"database {source}: there is no such file")
    if target.exists():
        raise StoreError(f"{target} exists already; name another file")
    draft = target.with_name(f".{target.name}.part")
    try:
        _write(source, draft)
        sync(draft)
        draft.rename(target)
        sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{target} cannot be written: {error}") from error
    finally:
        draft.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have a file or folder on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _write(source: Path, draft: Path) -> None:
    draft.unlink(missing_ok=True)
    draft.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with _reading(source) as database, closing(sqlite3.connect(draft)) as copy:
        database.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        _refuse_faults(source, copy, "integrity_check")


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    address = f"{path.absolute().as_uri()}?mode=rw"  # read-only, a -wal left over is not read
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=WAIT_S)) as database:
            yield database
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise StoreError(f"database {path}: {error}") from error
        raise StoreError(_advice(path, f"is damaged ({error})")) from error


def _refuse_faults(path: Path, database: sqlite3.Connection, check: str) -> None:
    fault = database.execute(f"PRAGMA {check}(1)").fetchone()[0]
    if fault != "ok":
        raise StoreError(_advice(path, f"is damaged ({str(fault).strip().splitlines()[-1]})"))


def _advice(path: Path, fault: str) -> str:
    return (
        f"database {path} {fault}. Nothing was changed. Put a backup in its place with `xueliang "
        f"desk restore SITE FILE` (backups lie where you made them, or beside it as "
        f"{path.name}.before-*); to begin without the old cases, move it away yourself"
    )
