"""Many rows into one table by one statement of the driver's: what a burst of alerts is made of.

SQLAlchemy's own way looks at every value of every row; that cost as much as the database. Values
become what its types make of them, but each is looked at once where many rows share it. Columns
that are not named get the database's default. PostgreSQL gets each column as one JSON array, which
json writes in C; arrays of PostgreSQL's, which psycopg writes in Python, took a third of a batch.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Connection, Dialect, Table, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import StatementError

from alerts.desk.columns import Base
from alerts.desk.upsert import Row

Convert = Callable[[Any], Any]
_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy types it so


def insert_rows(
    connection: Connection, table: type[Base], rows: Sequence[Row], *, is_upsert: bool = False
) -> None:
    """Insert rows that name the same columns; raises what SQLAlchemy raises.

    Args:
        connection: Within a transaction.
        table: Where to.
        rows: Values by column; of PostgreSQL's tsvector as text.
        is_upsert: A row of the same key may be there already: it takes the new values.
    """
    if not rows:
        return
    names = tuple(rows[0])
    statement = _statement(table, names, connection.dialect.name, is_upsert)
    try:
        columns = [_column(table, name, connection.dialect, rows) for name in names]
    except ValueError as error:
        raise StatementError(str(error), statement, None, error) from error
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))
    else:
        arrays = (json.dumps(column, default=_plain) for column in columns)
        connection.exec_driver_sql(statement, tuple(arrays))


def _column(table: type[Base], name: str, dialect: Dialect, rows: Sequence[Row]) -> list[Any]:
    values = [row[name] for row in rows]
    convert = _converter(table, name, dialect)
    if convert is None:
        return values
    if not isinstance(values[0], datetime):
        return [None if value is None else convert(value) for value in values]
    known: dict[datetime | None, Any] = {None: None}
    for value in values:
        if value not in known:
            known[value] = convert(value)
    return [known[value] for value in values]


def _plain(value: object) -> str:
    """As JSON says what it has no words for; PostgreSQL reads both."""
    assert isinstance(value, datetime | UUID)
    return str(value)


@lru_cache(maxsize=256)
def _converter(table: type[Base], name: str, dialect: Dialect) -> Convert | None:
    kind = _table(table).c[name].type.dialect_impl(dialect)
    if isinstance(kind, JSON) and dialect.name == "postgresql":
        return None  # it stands as it is within the array; no column holds a bare string
    convert: Convert | None = kind.bind_processor(dialect)
    return convert


@lru_cache(maxsize=64)
def _statement(table: type[Base], names: tuple[str, ...], dialect: str, is_upsert: bool) -> str:
    columns = ", ".join(names)
    into = f"INSERT INTO {table.__tablename__} ({columns})"
    conflict = _conflict(table, names) if is_upsert else ""
    if dialect == "sqlite":
        places = ", ".join("?" * len(names))
        return f"{into} VALUES ({places}){conflict}"
    arrays = ", ".join(["json_array_elements_text(%s::json)"] * len(names))
    chosen = ", ".join(f"{name}{_cast(table, name)}" for name in names)
    return f"{into} SELECT {chosen} FROM ROWS FROM ({arrays}) AS given ({columns}){conflict}"  # noqa: S608 - our own names


def _conflict(table: type[Base], names: tuple[str, ...]) -> str:
    keys = [column.name for column in inspect(table).primary_key]
    taken = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    return f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {taken}"


def _cast(table: type[Base], name: str) -> str:
    """From text to the column's type.

    Texts go as such: a cast to `varchar(64)` would cut what is longer, which must be refused.
    """
    kind = str(_table(table).c[name].type.compile(_POSTGRES))
    return "" if kind.startswith("VARCHAR") else f"::{kind}"


def _table(table: type[Base]) -> Table:
    found = table.__table__
    assert isinstance(found, Table)
    return found
