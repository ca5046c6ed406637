"""Backups of the desk's database: on demand, and before every migration."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL

from alerts.desk import postgres_dump
from alerts.desk.database_url import database_url, sqlite_path
from alerts.desk.errors import StoreError
from alerts.desk.migrations import newest_revision
from alerts.desk.sqlite_file import copy_file

KEPT = 3
"""Backups before migrations that are kept; older ones are removed."""


def back_up(database: str, out: Path) -> None:
    """Write the database as of one moment to the new file `out`, also while a desk runs.

    Raises:
        StoreError: It exists, it cannot be written, or the database cannot be read.
    """
    _back_up(database_url(database), out)


def back_up_before_migration(url: URL, folder: Path) -> Path:
    """Keep the database as it is, beside an SQLite file or else in `folder`; where it lies.

    Raises:
        StoreError: It cannot be written; the caller must not migrate then.
    """
    file = sqlite_path(url)
    base = file if file is not None else folder / "desk.dump"
    out = unused(base.with_name(f"{base.name}.before-{newest_revision()}-{stamp()}"))
    _back_up(url, out)
    kept = sorted(base.parent.glob(f"{base.name}.before-*"), key=lambda path: path.stat().st_mtime)
    for old in kept[:-KEPT]:
        old.unlink(missing_ok=True)
    return out


def stamp() -> str:
    """Now, for a file's name."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")


def unused(path: Path) -> Path:
    """`path`, or with a number behind where that exists."""
    number, free = 1, path
    while free.exists():
        number, free = number + 1, path.with_name(f"{path.name}-{number + 1}")
    return free


def _back_up(url: URL, out: Path) -> None:
    if url.get_backend_name() == "postgresql":
        postgres_dump.dump(url, out)
        return
    file = sqlite_path(url)
    if file is None:
        raise StoreError("a database in memory cannot be backed up")
    copy_file(file, out)
