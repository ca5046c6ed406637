"""The desk's database: a file of its own process, or a server that is killed like the others."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol

from tests.acceptance.chaos.family import Family
from tests.postgres_cluster import PostgresCluster

Kind = Literal["sqlite", "postgres"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgres")


class Database(Protocol):
    """What the desk keeps its cases in.

    Attributes:
        url: As in the site file.
        server: Its processes; None: it has none.
    """

    @property
    def url(self) -> str: ...

    @property
    def server(self) -> Family | None: ...

    def wait_until_ready(self) -> None:
        """A server answers only after it has mended what a kill left; it must run."""
        ...

    def remove(self) -> None:
        """What of it is not in the run's folder."""
        ...


class SqliteDatabase:
    """`desk.db` in the run's folder."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder}/desk.db"
        self.server = None

    def wait_until_ready(self) -> None:
        """It is always."""

    def remove(self) -> None:
        """It goes with the folder."""


class PostgresDatabase:
    """A cluster elsewhere, to which a link in the run's folder leads."""

    def __init__(self, folder: Path) -> None:
        """Make it, or take that of a run before; skips where there are no server programs."""
        self._link = folder / "postgres"
        is_new = not self._link.exists()
        self._cluster = PostgresCluster(None if is_new else self._link.resolve())
        if is_new:
            self._cluster.make()
            self._link.symlink_to(self._cluster.folder)
        self.url = self._cluster.url()
        self.server = Family("database", self._cluster.command(), folder / "database.log")
        self.server.user = self._cluster.user

    def wait_until_ready(self) -> None:
        """Up to half a minute."""
        self._cluster.wait_until_it_answers(lambda: self.server.is_running)

    def remove(self) -> None:
        """The cluster and the link."""
        self._cluster.remove()
        self._link.unlink(missing_ok=True)


def open_database(kind: Kind, folder: Path) -> Database:
    """That of the run in `folder`."""
    return PostgresDatabase(folder) if kind == "postgres" else SqliteDatabase(folder)


def remove_database(folder: Path) -> None:
    """What an interrupted run left."""
    if (folder / "postgres").is_symlink():
        PostgresDatabase(folder).remove()
