"""The C program that plays the streams, as a child process."""

from __future__ import annotations

import select
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.bench.c_program import INSTALL, compiled
from deploy.bench.stream_plan import FPS, Playing, StreamPlan
from deploy.errors import BenchError
from deploy.free_port import LOOPBACK

SOURCE = Path(__file__).with_name("rtsp_server.c")
PACKAGES = ("gstreamer-rtsp-server-1.0", "gstreamer-app-1.0")
START_S = 30.0
STOP_S = 2.0


class StreamServer:
    """Plays the files of a plan at `/camera-0`, `/camera-1` …; a context manager."""

    def __init__(
        self, plan: StreamPlan, files: Sequence[Path], *, cameras: int, cache: Path
    ) -> None:
        """Compile the program where that was not done.

        Raises:
            BenchError: Compiler, headers or plugins are missing.
        """
        self._plan = plan
        lanes = [f"{files[lane.file]}@{lane.offset_s}" for lane in plan.lanes()]
        self._command = [str(compiled(SOURCE, PACKAGES, cache)), str(cameras), str(FPS), *lanes]
        self._process: subprocess.Popen[str] | None = None
        self._port = 0
        self.playing = Playing(plan=plan, epoch_s=0.0)

    def url(self, camera: int) -> str:
        """The address of a camera."""
        return f"rtsp://{LOOPBACK}:{self._port}/camera-{camera}"

    @property
    def pid(self) -> int:
        """Process id of the running server."""
        return self._process.pid if self._process else 0

    @property
    def is_running(self) -> bool:
        """Whether it lives."""
        return self._process is not None and self._process.poll() is None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - the program compiled above
            self._command,
            stdin=subprocess.PIPE,  # it ends when this does
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        word, _, text = self._first_line().partition(" ")
        if word != "ready":
            self._stop()
            raise BenchError(f"the stream server did not start: {text or INSTALL}")
        port, epoch_us = text.split()
        self._port = int(port)
        self.playing = Playing(plan=self._plan, epoch_s=int(epoch_us) / 1e6)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _first_line(self) -> str:
        stdout = self._process.stdout if self._process else None
        if stdout is None:
            return ""
        readable, _, _ = select.select([stdout], [], [], START_S)
        return stdout.readline().strip() if readable else ""

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
