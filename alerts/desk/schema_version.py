"""Which revision of the tables a database has, and whether this program knows it."""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from alerts.desk.errors import StoreError
from alerts.desk.migrations import known_revisions

VERSION_TABLE = "alembic_version"


def revision_of(connection: Connection) -> str | None:
    """The database's revision; None where it is new.

    Raises:
        StoreError: The tables are not a desk's, or of a newer version of the program.
    """
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return None
    revision = None
    if VERSION_TABLE in tables:
        revision = MigrationContext.configure(connection).get_current_revision()
    return known(revision)


def known(revision: str | None) -> str:
    """`revision`, if this program knows it; else StoreError says what to do."""
    if revision is None:
        raise StoreError("holds tables, but not those of a desk: name another database")
    if revision not in known_revisions():
        raise StoreError(
            f"was made by a newer version of xueliang (revision {revision!r}); nothing was "
            "changed: install that version, or restore a backup of this one"
        )
    return revision
