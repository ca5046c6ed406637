"""Databases for the store's tests: SQLite files, and PostgreSQL of Debian's server programs."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.postgres_cluster import PostgresCluster


class Postgres:
    """A throw-away server that does not care for a crash of the machine."""

    def __init__(self) -> None:
        self._cluster = PostgresCluster()
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def new_database(self) -> str:
        """The URL of an empty schema, which is as good and made in a tenth of the time."""
        name = f"desk_{next(self._numbers)}"
        self._cluster.execute("CREATE SCHEMA {}", name)
        return self._cluster.url(options=f"-csearch_path%3D{name}")

    def new_whole_database(self) -> str:
        """The URL of an empty database, for what works on databases as a whole."""
        name = f"whole_{next(self._numbers)}"
        self._cluster.execute("CREATE DATABASE {}", name)
        return self._cluster.url(name)

    def start(self) -> Self:
        """Make the cluster and wait until it answers."""
        self._cluster.make()
        self._process = subprocess.Popen(
            self._cluster.command("fsync=off", "max_connections=60"),
            user=self._cluster.user,
            cwd=self._cluster.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._cluster.wait_until_it_answers(lambda: self._is_running)
        return self

    def stop(self) -> None:
        """End the server and remove its folder."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # "fast": does not wait for connections
            try:
                self._process.wait(5.0)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(5.0)
        self._cluster.remove()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def _is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests that need one."""
    with Postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/desk.db"
    server = request.getfixturevalue("postgres")
    assert isinstance(server, Postgres)
    return server.new_database()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def whole(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind, alone in its file or server's database, to be backed up."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/desk.db"
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is missing: apt-get install postgresql-client")
    server = request.getfixturevalue("postgres")
    assert isinstance(server, Postgres)
    return server.new_whole_database()
