"""The desk's database by its URL: which driver, and which file where it is one."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from alerts.desk.errors import StoreError


def database_url(url: str) -> URL:
    """The parsed URL with our driver; raises StoreError where it is none of ours."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError("desk.database is not a database URL") from error
    if parsed.drivername in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreError(f"desk.database: {parsed.drivername} is neither sqlite nor postgresql")
    return parsed


def sqlite_path(url: URL) -> Path | None:
    """The file of an SQLite database; None for one in memory, and for PostgreSQL."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database))
