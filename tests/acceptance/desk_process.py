"""The desk as a process of its own, `xueliang desk SITE`, which a test kills and starts again."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from deploy.free_port import free_port
from tests.acceptance.duty_desk import NAME, PASSWORD, TOWN
from tests.conftest import REPOSITORY

PROGRAM = [sys.executable, "-c", "from deploy.cli import main; main()"]
START_S = 60.0
"""A machine with two cores also runs the browser, and the first start makes the tables."""
LIMIT_S = 15.0

SITE = """\
site: test
data: "{folder}/data"
areas: [{{id: "{area}", name: 清泉镇, level: town}}]
mqtt: {{host: 127.0.0.1, port: {nobody}}}
models: [{{id: coco, card: nanodet-g-int8}}]
cameras:
  - id: gate
    name: 北街村口
    area: "{area}"
    owner: department
    department: 公安
    url: "rtsp://127.0.0.1:9/none"
desk:
  url: "http://127.0.0.1:{port}"
  bind: "127.0.0.1:{port}"
  database: "{database}"
"""
"""No broker listens: the desk works on without, and says so."""


class DeskProcess:
    """A desk with one officer of the town; `start`, `kill`, `start` again.

    Attributes:
        url: Where it is, the same after each start.
    """

    def __init__(self, folder: Path, database: str) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._log = folder / "desk.log"
        self._site = folder / "site.yaml"
        given = {"folder": folder, "area": TOWN, "database": database, "port": port}
        self._site.write_text(SITE.format(**given, nobody=free_port()), encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None
        self._add_officer()

    def start(self) -> None:
        """Until it serves its log-in."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*PROGRAM, "desk", str(self._site)], cwd=REPOSITORY, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None, self._log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, "the desk does not answer"
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL: it can put nothing in order. Idempotent."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(LIMIT_S)
            self._process = None

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/login", trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def _add_officer(self) -> None:
        who = [NAME, "--role", "town-officer", "--area", TOWN, "--display-name", "张伟"]
        subprocess.run(
            [*PROGRAM, "officers", "add", str(self._site), *who],
            cwd=REPOSITORY,
            input=f"{PASSWORD}\n",
            text=True,
            capture_output=True,
            check=True,
        )


@contextmanager
def desk_process(folder: Path, database: str) -> Iterator[DeskProcess]:
    """One that runs, until the end of the block."""
    desk = DeskProcess(folder, database)
    try:
        desk.start()
        yield desk
    finally:
        desk.kill()
