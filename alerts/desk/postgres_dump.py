"""Backups of a PostgreSQL database with PostgreSQL's own programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL

from alerts.desk.errors import StoreError
from alerts.desk.schema_version import VERSION_TABLE, known
from alerts.desk.sqlite_file import sync

INSTALL = "is not installed: apt-get install postgresql-client, of the server's version or newer"
APPLICATION = "xueliang-desk"
"""How our connections are called in pg_stat_activity."""

OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = %s AND pid <> pg_backend_pid()
"""


def dump(url: URL, out: Path) -> None:
    """Write a dump of one moment (pg_dump's custom format), also while a desk runs.

    Raises:
        StoreError: `out` exists, pg_dump is missing, or it failed.
    """
    if out.exists():
        raise StoreError(f"{out} exists already; name another file")
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.part")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        _run(url, "pg_dump", "--format=custom", f"--file={draft}", target(url))
        sync(draft)
        draft.rename(out)
        sync(out.parent)
    except OSError as error:
        raise StoreError(f"{out} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)


def check_dump(url: URL, file: Path) -> None:
    """Raise StoreError unless `file` is a dump of a desk that this program can open."""
    if not file.is_file():
        raise StoreError(f"{file}: there is no such file")
    only = ("--data-only", f"--table={VERSION_TABLE}", "--file=-")
    rows = _run(url, "pg_restore", *only, str(file))
    found = re.search(rf"^COPY .*{VERSION_TABLE} .*\n(\S+)$", rows, re.MULTILINE)
    try:
        known(found[1] if found else None)
    except StoreError as error:
        raise StoreError(f"{file} {error}") from error
    _run(url, "pg_restore", f"--file={os.devnull}", str(file))  # reads all of it


def refuse_while_used(url: URL) -> None:
    """Raise StoreError while a desk is connected to the database."""
    try:
        with psycopg.connect(_conninfo(url, with_password=True)) as connection:
            row = connection.execute(OTHERS, (APPLICATION,)).fetchone()
    except psycopg.Error as error:
        raise StoreError(f"database {url.render_as_string()}: {_first_line(error)}") from error
    if row is not None and row[0]:
        raise StoreError(f"database {url.render_as_string()}: a desk runs on it: stop it first")


def target(url: URL) -> str:
    """The argument that names the database to one of PostgreSQL's programs."""
    return f"--dbname={_conninfo(url, with_password=False)}"


def found_program(name: str) -> str:
    """The path of one of PostgreSQL's programs; StoreError says what to install."""
    found = shutil.which(name)
    if found is None:
        raise StoreError(f"{name} {INSTALL}")
    return found


def environment(url: URL) -> dict[str, str]:
    """What such a program finds the password in."""
    secret = {"PGPASSWORD": str(url.password)} if url.password is not None else {}
    return {**os.environ, **secret}


def _conninfo(url: URL, *, with_password: bool) -> str:
    """Without its password where others can see it: processes' arguments are no secret."""
    named = url.translate_connect_args(database="dbname", username="user")
    if not with_password:
        named.pop("password", None)
    more = {key: value for key, value in url.query.items() if isinstance(value, str)}
    return make_conninfo(**{**named, **more})


def _run(url: URL, program: str, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, arguments are ours
        [found_program(program), *arguments],
        env=environment(url),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["it says nothing"]
        raise StoreError(f"{program} failed: {said[0]}")
    return done.stdout.decode(errors="replace")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
