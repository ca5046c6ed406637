"""A process that a fault kills or freezes, and that comes back by itself, as under systemd."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import REPOSITORY

RESTART_S = 1.0
"""What systemd's `RestartSec` and compose wait, roughly."""
END_S = 15.0


class Part:
    """Call `tick` often; times are of one monotonic clock.

    Attributes:
        prefix: Words before its command.
        user: Whose process it is; None: ours.
        ended_by_itself: How often it ended although nobody had killed it.
    """

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        self.name = name
        self.prefix: Sequence[str] = ()
        self.user: str | None = None
        self.ended_by_itself = 0
        self._command = tuple(command)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._down_until = 0.0
        self._frozen_until: float | None = None

    @property
    def is_running(self) -> bool:
        """Whether it lives, frozen or not."""
        return self._process is not None and self._process.poll() is None

    @property
    def is_whole(self) -> bool:
        """Whether it runs and is not frozen."""
        return self.is_running and self._frozen_until is None

    def tick(self, now: float) -> None:
        """Start it where it is due, thaw it where that is over."""
        if self._frozen_until is not None and now >= self._frozen_until:
            self._thaw()
        if self._process is not None and self._process.poll() is not None:
            self.ended_by_itself += 1
            self._forget()
            self._down_until = max(self._down_until, now + RESTART_S)
        if self._process is None and now >= self._down_until:
            self._start()

    def end(self, number: signal.Signals, until: float) -> None:
        """Send it SIGKILL or what ends it in order, wait for its end, and leave it down."""
        self._down_until = max(self._down_until, until)
        if self._process is None:
            return
        if number is signal.SIGKILL:
            self._kill()
        else:
            self._thaw()
            self._process.send_signal(number)
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._kill()
            self._process.wait()
        self._forget()

    def freeze(self, until: float) -> None:
        """SIGSTOP: it holds its connections and says nothing."""
        if self.is_running:
            self._frozen_until = max(self._frozen_until or 0.0, until)
            self._signal(signal.SIGSTOP)

    def heal(self) -> None:
        """Let it run again at the next tick."""
        self._thaw()
        self._down_until = 0.0

    @property
    def pid(self) -> int | None:
        """Of the process that runs, frozen or not."""
        return self._process.pid if self._process is not None and self.is_running else None

    def _kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _thaw(self) -> None:
        if self._frozen_until is not None:
            self._frozen_until = None
            self._signal(signal.SIGCONT)

    def _forget(self) -> None:
        self._process, self._frozen_until = None, None

    def _signal(self, number: signal.Signals) -> None:
        if self.is_running and self._process is not None:
            self._process.send_signal(number)

    def _start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*_with_parent(), *self.prefix, *self._command],
                cwd=REPOSITORY,
                user=self.user,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


def _with_parent() -> list[str]:
    """util-linux kills it with us, however we end."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []
