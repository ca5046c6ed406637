"""INSERT … ON CONFLICT, which SQLite and PostgreSQL spell alike and SQLAlchemy twice."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from alerts.desk.columns import Base


def insert_into(dialect: str, table: type[Base]) -> SqliteInsert | PostgresInsert:
    """An INSERT that has `on_conflict_do_update` and `excluded`."""
    return sqlite_insert(table) if dialect == "sqlite" else postgres_insert(table)


Row = dict[str, Any]
"""Values by column, for an INSERT of many rows at once."""
