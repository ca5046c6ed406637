"""One of our modules run as a child process that never outlives its parent.

The child prints one line when it is up (`ready PORT`) or cannot be (`error TEXT`) and then nothing
more on its stdout. It ends when its stdin does: the kernel closes that pipe however the parent
dies, so no signal handler or process list is needed to leave nothing behind.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import IO

READY = "ready"
ERROR = "error"
START_TIMEOUT_S = 20.0  # importing PyAV on a busy two-core machine takes seconds
STOP_TIMEOUT_S = 2.0


class ChildStartError(RuntimeError):
    """A child process could not start; the message is one line for the operator."""


class ChildProcess:
    """A module with a `main` guard, run as `python -m MODULE ARGUMENTS`."""

    def __init__(self, module: str, arguments: Sequence[str] = ()) -> None:
        self._module = module
        self._arguments = tuple(arguments)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether the child was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Process id of the running child."""
        return self._process.pid if self._process is not None else None

    def start(self, timeout_s: float = START_TIMEOUT_S) -> int:
        """Start the child and wait for its line; returns the port it listens on.

        Raises:
            ChildStartError: the child said why it cannot start, died, or said nothing in time.
        """
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", self._module, *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C belongs to the parent, which stops its parts in order.
            start_new_session=True,
        )
        word, _, text = self._first_line(timeout_s).partition(" ")
        if word == READY and text.isdigit():
            return int(text)
        self.stop()
        if word == ERROR:
            raise ChildStartError(text)
        raise ChildStartError(
            f"{self._module} ended at its start, or was not ready within {timeout_s:g} s"
        )

    def _first_line(self, timeout_s: float) -> str:
        stdout = _pipe(self._process.stdout if self._process else None)
        readable, _, _ = select.select([stdout], [], [], timeout_s)
        return stdout.readline().decode(errors="replace").strip() if readable else ""

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """End the child: first by closing its stdin, then by force. Safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        _pipe(process.stdin).close()
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _pipe(process.stdout).close()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:  # Popen gives pipes for what was asked as PIPE
        raise ChildStartError("the child process has no pipe")
    return stream


def announce_ready(port: int) -> None:
    """In the child: say that it listens on `port`."""
    sys.stdout.write(f"{READY} {port}\n")
    sys.stdout.flush()


def announce_error(text: str) -> None:
    """In the child: say in one line why it cannot start."""
    sys.stdout.write(f"{ERROR} {' '.join(text.split())}\n")
    sys.stdout.flush()


def exit_with_parent() -> threading.Thread:
    """In the child: end this process as soon as its stdin ends; returns the watching thread."""
    watch = threading.Thread(target=_exit_at_end_of_stdin, name="parent-watch", daemon=True)
    watch.start()
    return watch


def _exit_at_end_of_stdin() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    # Not sys.exit: that would end this thread only. Nothing in the children needs saving.
    os._exit(0)
