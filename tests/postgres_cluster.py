"""A PostgreSQL cluster of a test's own: Debian's server programs over a folder in /tmp."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

INSTALL = "PostgreSQL's server programs are missing: apt-get install postgresql"
USER = "postgres"
START_S = 30.0


class PostgresCluster:
    """On a Unix socket in its folder: no port, no password. Runs nothing by itself.

    The folder is not below that of the test: the server runs as another user, who may not look
    into it, and the path of a socket must be short.

    Attributes:
        folder: Everything of it.
        user: Who runs the server; None: we do.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Take a folder made before, or make one; skips where there are no server programs."""
        self._programs = _programs()
        self.user = _server_user()
        self.folder = folder or Path(tempfile.mkdtemp(prefix="xueliang-pg-"))

    def make(self) -> None:
        """Make the cluster's files."""
        if self.user is not None:
            shutil.chown(self.folder, self.user)
        data = str(self.folder / "data")
        subprocess.run(
            [*(str(self._programs / "initdb"), "-D", data), "-Atrust", "-U", USER, "-EUTF8", "-N"],
            check=True,
            user=self.user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C"},
        )

    def command(self, *settings: str) -> list[str]:
        """Starts the server, with settings `name=value`."""
        given = [word for each in ("listen_addresses=", *settings) for word in ("-c", each)]
        data = str(self.folder / "data")
        return [str(self._programs / "postgres"), "-D", data, "-k", str(self.folder), *given]

    def url(self, database: str = "postgres", options: str = "") -> str:
        """As the desk takes it."""
        more = f"&options={options}" if options else ""
        return f"postgresql://{USER}@/{database}?host={self.folder}{more}"

    def execute(self, words: str, name: str) -> None:
        """One statement about something called `name`."""
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            connection.execute(sql.SQL(words).format(sql.Identifier(name)))

    def wait_until_it_answers(self, is_running: Callable[[], bool]) -> None:
        """After a start; fails where the server ends, or takes too long."""
        deadline = time.monotonic() + START_S
        while not self.answers():
            assert is_running(), "PostgreSQL ended at its start"
            assert time.monotonic() < deadline, "PostgreSQL does not answer"
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            psycopg.connect(self._dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def remove(self) -> None:
        """With all it holds."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _dsn(self) -> str:
        return f"host={self.folder} user={USER} dbname=postgres"


def _programs() -> Path:
    """Debian keeps them out of PATH; the newest version is taken."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve())
    if not found:
        pytest.skip(INSTALL)
    return max(found, key=lambda path: [int(p) for p in path.parts if p.isdigit()]).parent


def _server_user() -> str | None:
    """The server refuses to run as root; anybody else runs it as themselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(USER).pw_name
    except KeyError:
        pytest.skip(f"there is no user {USER} to run the server as: apt-get install postgresql")
