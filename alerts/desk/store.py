"""The desk's database: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import local
from typing import Self

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from alerts.desk.backup import back_up_before_migration
from alerts.desk.database_hold import DatabaseHold
from alerts.desk.database_url import database_url, sqlite_path
from alerts.desk.errors import StoreError
from alerts.desk.migrations import newest_revision, upgrade
from alerts.desk.postgres_dump import APPLICATION
from alerts.desk.schema_version import revision_of
from alerts.desk.sqlite_file import refuse_damage
from alerts.desk.word_index import CaseSession

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for another one on SQLite; our transactions last milliseconds."""

CACHE_KB = 16_000
"""A connection's cache of pages at most: a batch of a thousand alerts touches twelve megabytes, and
SQLite's own 2 MB would write and read them again and again before the commit."""
WAL_PAGES = 8000
"""When the log is copied into the file: not after every such batch."""
_POOL = {"pool_size": 20, "max_overflow": 30}
"""The web server answers on 40 threads; consumer and publisher have one each."""

_MIGRATION_LOCK = 6_207_251_012  # any number; two desks must not migrate one database at once


logger = logging.getLogger(__name__)


class Store:
    """Sessions on one database; thread-safe. A session ends with its block."""

    def __init__(self, url: str, *, backups: Path = Path()) -> None:
        """Nothing is opened yet; `backups` takes those of PostgreSQL before a migration."""
        self._url = database_url(url)
        self._backups = backups
        self._engine: Engine | None = None
        self._open_parts = ExitStack()
        self._joined = local()

    def open(self) -> Self:
        """Connect, check and migrate, after a backup. Raises StoreError, without the password."""
        with ExitStack() as stack:
            if (path := sqlite_path(self._url)) is not None:
                stack.callback(DatabaseHold(path).close)
                refuse_damage(path)
            try:
                engine = _engine(self._url)
                stack.callback(engine.dispose)
                self._migrate(engine)
            except (SQLAlchemyError, OSError) as error:
                raise StoreError(f"database {self.name}: {_reason(error)}") from error
            self._open_parts = stack.pop_all()
        self._engine = engine
        return self

    def close(self) -> None:
        """Close all connections; idempotent."""
        self._engine = None
        self._open_parts.close()

    def _migrate(self, engine: Engine) -> None:
        with engine.execution_options(is_writing=True).begin() as connection:
            _lock_for_migration(connection)
            try:
                revision = revision_of(connection)
            except StoreError as error:
                raise StoreError(f"database {self.name} {error}") from error
            if revision not in {None, newest_revision()}:
                kept = back_up_before_migration(self._url, self._backups)
                logger.warning(
                    "the database is of an older version and is migrated; as it was it lies in %s",
                    kept,
                    extra={"action": "database-migrated", "revision": revision},
                )
            upgrade(connection)

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
        if (outer := self._outer) is not None:
            yield outer
            return
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end of the block, or rolls back on any error."""
        if (outer := self._outer) is not None:
            with outer.begin_nested():
                yield outer
            return
        engine = self.engine.execution_options(is_writing=True)
        with CaseSession(engine) as session, session.begin():
            yield session

    @contextmanager
    def joined(self) -> Iterator[Session]:
        """One transaction around all that this thread reads and writes within the block.

        For what must be kept together with an effect that has its own `writing`, such as the
        reply to a command. Changes are not to be told before its end: see `Changes.held`.
        """
        with self.writing() as session:
            self._joined.session = session
            try:
                yield session
            finally:
                self._joined.session = None

    @property
    def _outer(self) -> Session | None:
        outer: Session | None = getattr(self._joined, "session", None)
        return outer

    def check(self) -> None:
        """Raise SQLAlchemyError or StoreError unless the database answers."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))


def _engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite(url)
        named = {"application_name": APPLICATION}
        return create_engine(url, pool_pre_ping=True, connect_args=named, **_POOL)
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
    cursor.execute(f"PRAGMA cache_size={-CACHE_KB}")
    cursor.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
    cursor.execute("PRAGMA synchronous=FULL")  # acknowledged means kept, also after a power cut
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _lock_for_migration(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _MIGRATION_LOCK})


def _reason(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().splitlines()[0]
