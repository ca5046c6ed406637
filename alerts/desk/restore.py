"""A backup in the place of the desk's database; what was there is kept beside."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy.engine import URL

from alerts.desk import postgres_dump
from alerts.desk.attachment_backup import archive_of, check_archive, put_back
from alerts.desk.backup import stamp, unused
from alerts.desk.database_hold import DatabaseHold
from alerts.desk.database_url import database_url, sqlite_path
from alerts.desk.errors import StoreError
from alerts.desk.ownership import give_to_folders_owner
from alerts.desk.postgres_load import load
from alerts.desk.sqlite_file import COMPANIONS, check_backup, copy_file, sync


def restore(
    database: str, file: Path, folder: Path, attachments: Path | None = None
) -> Path | None:
    """Put the backup `file` in the database's place; where the replaced one lies now, if any.

    An older backup is migrated at the desk's next start. `folder` takes what a PostgreSQL
    database held before. Attachments that lie beside the backup are added to the folder
    `attachments` before; those that are there stay.

    Raises:
        StoreError: A desk runs on the database, there is no room, or the backup or its attachments
            are damaged, cut off, of a newer version or no desk's at all; no case was changed then.
    """
    url = database_url(database)
    if url.get_backend_name() == "postgresql":
        return _restore_postgres(url, file, folder, attachments)
    path = sqlite_path(url)
    if path is None:
        raise StoreError("a database in memory cannot be restored")
    with DatabaseHold(path, is_alone=True):
        return _restore_sqlite(path, file, attachments)


def _put_attachments(file: Path, folder: Path | None) -> None:
    beside = archive_of(file)
    if folder is not None and beside.exists():
        check_archive(beside)
        put_back(beside, folder)


def _restore_sqlite(path: Path, file: Path, attachments: Path | None) -> Path | None:
    check_backup(file)
    _put_attachments(file, attachments)
    draft = path.with_name(path.name + ".restoring")
    draft.unlink(missing_ok=True)  # of a restore that was killed
    copy_file(file, draft)
    try:
        give_to_folders_owner(draft)
        replaced = _set_aside(path)
        draft.replace(path)
        sync(path.parent)
    except OSError as error:
        raise StoreError(f"database {path} cannot be replaced: {error.strerror}") from error
    return replaced


def _set_aside(path: Path) -> Path | None:
    """Move what is there away; its `-wal` first, so that it never meets the new file."""
    if not path.exists():
        return None
    aside = unused(path.with_name(f"{path.name}.replaced-{stamp()}"))
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # a whole one becomes a single file
    for ending in (*COMPANIONS, ""):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    return aside


def _restore_postgres(url: URL, file: Path, folder: Path, attachments: Path | None) -> Path:
    postgres_dump.refuse_while_used(url)
    postgres_dump.check_dump(url, file)
    _put_attachments(file, attachments)
    aside = unused(folder / f"desk.dump.replaced-{stamp()}")
    postgres_dump.dump(url, aside)
    load(url, file)
    return aside
