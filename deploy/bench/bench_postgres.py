"""A PostgreSQL of the benchmark's own, as the distribution's programs make it, fsync and all."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from deploy.errors import BenchError

USER = "postgres"
START_S = 60.0
INSTALL = "PostgreSQL's server programs are missing: apt-get install postgresql"
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "max_connections": "80",
}
"""A small server of today; everything else as it comes, so a commit waits for the disk."""


@contextmanager
def bench_postgres(data: Path) -> Iterator[str]:
    """The server on `data`, made where there is none; yields the words of a DSN but the dbname.

    Raises:
        BenchError: It is not installed, or does not start.
    """
    programs, user = _programs(), _user()
    with tempfile.TemporaryDirectory(prefix="xueliang-pg-") as sockets:
        if user is not None:
            shutil.chown(sockets, user)
        if not (data / "PG_VERSION").exists():
            _make(programs, user, data)
        options = [word for key, value in SETTINGS.items() for word in ("-c", f"{key}={value}")]
        process = subprocess.Popen(  # noqa: S603 - Debian's program
            [str(programs / "postgres"), "-D", str(data), "-k", sockets, *options],
            user=user,
            cwd=sockets,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            dsn = f"host={sockets} user={USER}"
            _wait(process, dsn)
            yield dsn
        finally:
            process.send_signal(signal.SIGINT)  # "fast": does not wait for connections
            try:
                process.wait(60.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def sqlalchemy_url(dsn: str, name: str) -> str:
    """The URL of one of its databases for the site file."""
    words = dict(word.split("=", 1) for word in dsn.split())
    return f"postgresql://{words['user']}@/{name}?host={words['host']}"


def _make(programs: Path, user: str | None, data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    if user is not None:
        shutil.chown(data, user)
    arguments = ("-D", str(data), "-A", "trust", "-U", USER, "-E", "UTF8")
    subprocess.run(  # noqa: S603 - Debian's program
        [str(programs / "initdb"), *arguments],
        check=True,
        user=user,
        cwd=data,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "LC_ALL": "C"},
    )


def _wait(process: subprocess.Popen[bytes], dsn: str) -> None:
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(f"{dsn} dbname=postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise BenchError("PostgreSQL does not start on the benchmark's folder")


def _programs() -> Path:
    """Debian keeps them out of PATH; the newest version is taken."""
    found = list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise BenchError(INSTALL)
    return max(
        found, key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0
    ).parent


def _user() -> str | None:
    """The server refuses to run as root; anybody else runs it as themselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(USER).pw_name
    except KeyError as error:
        raise BenchError(INSTALL) from error
