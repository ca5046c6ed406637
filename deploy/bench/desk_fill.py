"""Fills an empty desk's database by the databases' own bulk ways; minutes for a million cases.

Indexes and triggers go first and come back last, as a restore from a dump does it: the outcome is
what the desk itself would have written, in a fraction of the time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from alerts.desk.count_triggers import FIRST_COUNT
from alerts.desk.word_index import as_stored
from deploy.bench.desk_seed import COLUMNS, PART, Part, Row, Seeder

Say = Callable[[str], None]
_SAID_EVERY = 20


def fill_sqlite(path: Path, number: int, say: Say) -> None:
    """Seed the file of a store that was opened once and is closed."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
            database.execute(f"PRAGMA {pragma}")
        kept = database.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')"
            " AND sql IS NOT NULL AND name NOT LIKE 'case_index%'"
        ).fetchall()
        for kind, name, _ in kept:
            database.execute(f"DROP {kind} {name}")
        seeder = Seeder(number)
        for done, part in enumerate(seeder.parts(), 1):
            _insert_sqlite(database, part)
            _say_how_far(done, number, say)
        rows = seeder.counters.items()
        database.executemany("INSERT INTO counters (name, value) VALUES (?, ?)", rows)
        say("indexes")
        for kind in ("index", "trigger"):
            for each, _, statement in kept:
                if each == kind:
                    database.execute(statement)
        database.execute(FIRST_COUNT)
        database.execute("INSERT INTO case_index(case_index) VALUES ('rebuild')")
        database.execute("ANALYZE")


def _insert_sqlite(database: sqlite3.Connection, part: Part) -> None:
    database.execute("BEGIN")
    for table, columns in COLUMNS.items():
        places = ", ".join("?" * len(columns))
        rows = (_for_sqlite(row) for row in getattr(part, table))
        database.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})",  # noqa: S608 - our own names
            rows,
        )
    words = ((case_id, as_stored("sqlite", words)) for case_id, words in part.case_words)
    database.executemany("INSERT INTO case_words (case_id, words) VALUES (?, ?)", words)
    database.execute("COMMIT")


def _for_sqlite(row: Row) -> tuple[Any, ...]:
    return tuple(
        value.strftime("%Y-%m-%d %H:%M:%S.%f")
        if isinstance(value, datetime)
        else (value.hex if isinstance(value, UUID) else value)
        for value in row
    )


def fill_postgres(dsn: str, number: int, say: Say) -> None:
    """Seed the database of a store that was opened once and is closed."""
    with psycopg.connect(dsn, autocommit=True) as database:
        database.execute("SET synchronous_commit = off")
        database.execute("SET maintenance_work_mem = '512MB'")
        kept = database.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
            " AND (indexname LIKE 'ix_cases%' OR indexname LIKE 'ix_case_words%')"
        ).fetchall()
        for name, _ in kept:
            database.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        database.execute("ALTER TABLE cases DISABLE TRIGGER USER")
        seeder = Seeder(number)
        for done, part in enumerate(seeder.parts(), 1):
            _copy(database, part)
            _say_how_far(done, number, say)
        with database.cursor() as cursor, cursor.copy("COPY counters FROM STDIN") as copy:
            for name, value in seeder.counters.items():
                copy.write_row((name, value))
        say("indexes")
        for _, statement in kept:
            database.execute(statement.encode())
        database.execute("ALTER TABLE cases ENABLE TRIGGER USER")
        database.execute(FIRST_COUNT.encode())
        for table in ("cases", "journal", "evidence"):
            database.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"  # noqa: S608 - our own names
                f" (SELECT max(id) FROM {table}))".encode()
            )
        database.execute("VACUUM ANALYZE")


def _copy(database: psycopg.Connection[tuple[object, ...]], part: Part) -> None:
    rows = {table: getattr(part, table) for table in COLUMNS}
    rows["case_words"] = [(n, as_stored("postgresql", words)) for n, words in part.case_words]
    for table, columns in {**COLUMNS, "case_words": ("case_id", "words")}.items():
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        query = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with database.cursor() as cursor, cursor.copy(query) as copy:
            for row in rows[table]:
                copy.write_row(row)


def _say_how_far(parts: int, number: int, say: Say) -> None:
    if parts % _SAID_EVERY == 0:
        say(f"{min(parts * PART, number)} of {number} cases")
