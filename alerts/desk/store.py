"""The desk's database: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from alerts.desk.errors import StoreError
from alerts.desk.migrations import upgrade

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for another one on SQLite; our transactions last milliseconds."""

_POOL = {"pool_size": 20, "max_overflow": 30}
"""The web server answers on 40 threads; consumer and publisher have one each."""

_MIGRATION_LOCK = 6_207_251_012  # any number; two desks must not migrate one database at once


class Store:
    """Sessions on one database; thread-safe. A session ends with its block."""

    def __init__(self, url: str) -> None:
        self._url = _driver(url)
        self._engine: Engine | None = None

    def open(self) -> Self:
        """Connect and migrate. Raises StoreError, in words without the password."""
        try:
            engine = _engine(self._url)
        except OSError as error:
            raise StoreError(f"database {self.name}: {_reason(error)}") from error
        try:
            _migrate(engine)
        except (SQLAlchemyError, OSError) as error:
            engine.dispose()
            raise StoreError(f"database {self.name}: {_reason(error)}") from error
        except CommandError as error:  # Alembic's word for a revision it does not know
            engine.dispose()
            raise StoreError(
                f"database {self.name} was made by a newer version of xueliang: {error}"
            ) from error
        self._engine = engine
        return self

    def close(self) -> None:
        """Close all connections; idempotent."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @property
    def name(self) -> str:
        """The URL without its password."""
        return self._url.render_as_string(hide_password=True)

    @property
    def engine(self) -> Engine:
        """The engine of an open store."""
        if self._engine is None:
            raise StoreError(f"database {self.name} is not open")
        return self._engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database and changes nothing."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end of the block, or rolls back on any error."""
        engine = self.engine.execution_options(is_writing=True)
        with Session(engine) as session, session.begin():
            yield session

    def check(self) -> None:
        """Raise SQLAlchemyError or StoreError unless the database answers."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))


def _driver(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError("desk.database is not a database URL") from error
    if parsed.drivername in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreError(f"desk.database: {parsed.drivername} is neither sqlite nor postgresql")
    return parsed


def _engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite(url)
        return create_engine(url, pool_pre_ping=True, **_POOL)
    except (NoSuchModuleError, ArgumentError) as error:
        raise StoreError(f"database {url.render_as_string()}: {error}") from error


def _sqlite(url: URL) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, **_POOL)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # We say BEGIN ourselves: the driver's own, late BEGIN turns readers into writers half-way,
    # which SQLite answers with "database is locked" without waiting.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")  # acknowledged means kept, also after a power cut
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _migrate(engine: Engine) -> None:
    with engine.execution_options(is_writing=True).begin() as connection:
        _lock_for_migration(connection)
        upgrade(connection)


def _lock_for_migration(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _MIGRATION_LOCK})


def _reason(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().splitlines()[0]
