"""A backup in the place of the desk's database; what was there is kept beside."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy.engine import URL

from alerts.desk import postgres_dump
from alerts.desk.backup import stamp, unused
from alerts.desk.database_hold import DatabaseHold
from alerts.desk.database_url import database_url, sqlite_path
from alerts.desk.errors import StoreError
from alerts.desk.ownership import give_to_folders_owner
from alerts.desk.postgres_load import load
from alerts.desk.sqlite_file import COMPANIONS, check_backup, copy_file, sync


def restore(database: str, file: Path, folder: Path) -> Path | None:
    """Put the backup `file` in the database's place; where the replaced one lies now, if any.

    An older backup is migrated at the desk's next start. `folder` takes what a PostgreSQL
    database held before.

    Raises:
        StoreError: A desk runs on the database, or the backup is damaged, of a newer version or
            no desk's at all; nothing was changed then.
    """
    url = database_url(database)
    if url.get_backend_name() == "postgresql":
        return _restore_postgres(url, file, folder)
    path = sqlite_path(url)
    if path is None:
        raise StoreError("a database in memory cannot be restored")
    with DatabaseHold(path, is_alone=True):
        return _restore_sqlite(path, file)


def _restore_sqlite(path: Path, file: Path) -> Path | None:
    check_backup(file)
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


def _restore_postgres(url: URL, file: Path, folder: Path) -> Path:
    postgres_dump.refuse_while_used(url)
    postgres_dump.check_dump(url, file)
    aside = unused(folder / f"desk.dump.replaced-{stamp()}")
    postgres_dump.dump(url, aside)
    load(url, file)
    return aside
