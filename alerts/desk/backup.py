"""Backups of the desk: on demand with attachments, and of its database before every migration."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL

from alerts.desk import postgres_dump
from alerts.desk.attachment_backup import archive, archive_of
from alerts.desk.database_url import database_url, sqlite_path
from alerts.desk.errors import StoreError
from alerts.desk.migrations import newest_revision
from alerts.desk.sqlite_file import copy_file

KEPT = 3
"""Backups before migrations that are kept; older ones are removed."""


def back_up(database: str, out: Path, attachments: Path | None = None) -> int:
    """Write the database as of one moment to the new file `out`, also while a desk runs.

    The attachments in the folder `attachments` go to a tar beside it; how many.

    Raises:
        StoreError: One of both exists or cannot be written, or the desk's data cannot be read.
            Nothing is left behind then: half a backup would pass for a whole one.
    """
    beside = archive_of(out)
    if attachments is not None and beside.exists():
        raise StoreError(f"{beside} exists already; name another file")
    _back_up(database_url(database), out)
    if attachments is None:
        return 0
    try:
        return archive(attachments, beside)
    except StoreError:
        out.unlink(missing_ok=True)
        raise


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
