"""What processes have used, as Linux tells in /proc: the node, its shards, and its neighbours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS_HZ = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Of a process and all its descendants.

    Attributes:
        cpu_s: User and system seconds since each began.
        rss_bytes: Resident now; memory that processes share is counted in each.
    """

    cpu_s: float
    rss_bytes: int


def usage_of(pid: int, *, alone: bool = False) -> Usage:
    """Of the process, unless `alone` with its descendants; those that ended count nothing."""
    cpu_s, rss_bytes = 0.0, 0
    for each in (pid,) if alone else (pid, *_descendants(pid)):
        with suppress(FileNotFoundError, ProcessLookupError):
            cpu_s += cpu_seconds((PROC / str(each) / "stat").read_text(encoding="utf-8"))
            rss_bytes += resident_bytes((PROC / str(each) / "statm").read_text(encoding="ascii"))
    return Usage(cpu_s=cpu_s, rss_bytes=rss_bytes)


def cpu_seconds(stat: str) -> float:
    """User and system seconds in the text of /proc/PID/stat.

    The second field is the program's name in brackets, which may hold blanks and brackets.
    """
    fields = stat.rpartition(")")[2].split()
    user, system = fields[11:13]  # utime and stime are fields 14 and 15; `fields` begins at 3
    return (int(user) + int(system)) / TICKS_HZ


def resident_bytes(statm: str) -> int:
    """Resident bytes in the text of /proc/PID/statm."""
    return int(statm.split()[1]) * PAGE_BYTES


def _descendants(pid: int) -> Iterator[int]:
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in (PROC / str(pid) / "task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                yield int(child)
                yield from _descendants(int(child))
