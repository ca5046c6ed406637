"""A part that is several processes, such as a database: all of them are killed or frozen."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from tests.acceptance.chaos.part import Part

GONE_S = 5.0


class Family(Part):
    """The process that was started, and its children."""

    def end_one(self, draw: random.Random) -> None:
        """Kill one child, as a system short of memory does; the parent sees to the rest."""
        if children := self._children():
            _send(draw.choice(children), signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._members():
            _send(pid, number)

    def _kill(self) -> None:
        """Whoever is left would hold on to what the next one needs."""
        members = self._members()
        for pid in members:
            _send(pid, signal.SIGKILL)
        deadline = time.monotonic() + GONE_S
        while any(_lives(pid) for pid in members) and time.monotonic() < deadline:
            time.sleep(0.01)

    def _members(self) -> list[int]:
        """The parent first: it must not see its children die."""
        return [] if self.pid is None else [self.pid, *self._children()]

    def _children(self) -> Sequence[int]:
        return [] if self.pid is None else list(_children_of(self.pid))


def _children_of(pid: int) -> Iterator[int]:
    with suppress(OSError):
        for word in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
            yield int(word)


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _lives(pid: int) -> bool:
    """A zombie, which its parent has not yet asked for, holds nothing any more."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
