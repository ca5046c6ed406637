"""The seeded database of `bench desk`: made once, copied for every run."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from alerts.desk import search_words
from alerts.desk.case_counts import CaseCounts
from alerts.desk.migrations import newest_revision
from alerts.desk.store import Store
from deploy.bench import desk_seed, desk_world
from deploy.bench.bench_postgres import bench_postgres, sqlalchemy_url
from deploy.bench.desk_fill import fill_postgres, fill_sqlite
from deploy.bench.stream_files import default_cache

SERVER_CACHE = Path("/var/tmp/xueliang-bench")  # noqa: S108 - of the user that PostgreSQL runs as
"""Root's own cache is closed to the user that PostgreSQL must run as."""
RUN = "bench_run"

Say = Callable[[str], None]


@contextmanager
def bench_database(asked: str, cases: int, folder: Path, say: Say) -> Iterator[str]:
    """The URL of a database with so many cases, to be written to.

    Args:
        asked: `sqlite`, `postgres`, or the URL of a database that is used as it is, and seeded
            where it holds no cases.
        cases: How many.
        folder: For the copy of a SQLite file.
        say: Told what takes long.
    """
    if asked == "sqlite":
        yield _sqlite_copy(cases, folder, say)
    elif asked == "postgres":
        with _postgres_copy(cases, say) as url:
            yield url
    else:
        _seed_if_empty(asked, cases, say)
        yield asked


def _name(cases: int) -> str:
    """Of a seeded database: changes with whatever makes it."""
    digest = hashlib.sha256(newest_revision().encode())
    for module in (desk_seed, desk_world, search_words):
        digest.update(Path(str(module.__file__)).read_bytes())
    return f"desk_{cases}_{digest.hexdigest()[:12]}"


def _sqlite_copy(cases: int, folder: Path, say: Say) -> str:
    cache = default_cache()
    kept = cache / f"{_name(cases)}.db"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(f".{os.getpid()}.part")
        draft.unlink(missing_ok=True)
        Store(f"sqlite:///{draft}").open().close()
        fill_sqlite(draft, cases, say)
        draft.rename(kept)
    say("copying the seeded database")
    shutil.copyfile(kept, folder / "desk.db")
    return f"sqlite:///{folder / 'desk.db'}"


@contextmanager
def _postgres_copy(cases: int, say: Say) -> Iterator[str]:
    cache = SERVER_CACHE if os.geteuid() == 0 else default_cache()
    name = _name(cases)
    with bench_postgres(cache / "postgres") as dsn:
        with psycopg.connect(f"{dsn} dbname=postgres", autocommit=True) as server:
            known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if known.fetchone() is None:
                _seed_postgres(server, dsn, name, cases, say)
            say("copying the seeded database")
            server.execute(f"DROP DATABASE IF EXISTS {RUN}")
            server.execute(f"CREATE DATABASE {RUN} TEMPLATE {name}".encode())
        yield sqlalchemy_url(dsn, RUN)


def _seed_postgres(
    server: psycopg.Connection[tuple[object, ...]], dsn: str, name: str, cases: int, say: Say
) -> None:
    draft = f"{name}_part"
    server.execute(f"DROP DATABASE IF EXISTS {draft}".encode())
    server.execute(f"CREATE DATABASE {draft}".encode())
    Store(sqlalchemy_url(dsn, draft)).open().close()
    fill_postgres(f"{dsn} dbname={draft}", cases, say)
    server.execute(f"ALTER DATABASE {draft} RENAME TO {name}".encode())


def _seed_if_empty(url: str, cases: int, say: Say) -> None:
    store = Store(url).open()
    with store.reading() as session:
        is_empty = not CaseCounts().kinds(session).each
    sqlite_file, plain = store.engine.url.database, store.engine.url.set(drivername="postgresql")
    is_sqlite = store.engine.dialect.name == "sqlite"
    store.close()
    if is_empty and is_sqlite:
        fill_sqlite(Path(str(sqlite_file)), cases, say)
    elif is_empty:
        fill_postgres(plain.render_as_string(hide_password=False), cases, say)
