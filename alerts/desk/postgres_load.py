"""Puts a dump in the place of a PostgreSQL database's content: all of it or nothing."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from sqlalchemy.engine import URL

from alerts.desk.errors import StoreError
from alerts.desk.postgres_dump import environment, found_program, target

EMPTY = b"""
BEGIN;
DO $$ DECLARE its record; BEGIN
FOR its IN SELECT oid::regclass AS name FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
LOOP EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', its.name); END LOOP;
FOR its IN SELECT oid::regprocedure AS name FROM pg_proc
    WHERE prorettype = 'trigger'::regtype AND pronamespace = current_schema()::regnamespace
LOOP EXECUTE format('DROP FUNCTION %s', its.name); END LOOP;
END $$;
"""
"""pg_restore's own --clean drops what the dump holds: tables of a newer version, which refer to
older ones, would be in its way and in that of the next migration."""


def load(url: URL, file: Path) -> None:
    """Replace the database's tables and triggers with those of the dump, in one transaction.

    Raises:
        StoreError: A program is missing or failed; the database is as it was.
    """
    psql = [found_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", target(url)]
    with TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603 - PostgreSQL's own program, arguments are ours
            psql,
            env=environment(url),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        ) as database:
            assert database.stdin is not None
            with suppress(BrokenPipeError):  # it says why itself
                _write(file, database.stdin)
        _refuse_failure("psql", database.returncode, said)


def _write(file: Path, script: IO[bytes]) -> None:
    """All that is to be done; without its last line, nothing is."""
    with script, TemporaryFile() as said:
        script.write(EMPTY)
        with subprocess.Popen(  # noqa: S603 - PostgreSQL's own program, arguments are ours
            [found_program("pg_restore"), "--no-owner", "--file=-", str(file)],
            stdout=subprocess.PIPE,
            stderr=said,
        ) as restoring:
            assert restoring.stdout is not None
            shutil.copyfileobj(restoring.stdout, script)
        _refuse_failure("pg_restore", restoring.returncode, said)
        script.write(b"\nCOMMIT;\n")


def _refuse_failure(program: str, code: int, said: IO[Any]) -> None:
    if code:
        said.seek(0)
        lines = said.read().decode(errors="replace").strip().splitlines() or ["it says nothing"]
        raise StoreError(f"{program} failed: {lines[0]}")
