"""What a process holds, as Linux tells it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1_000_000
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Of one process; `rss_mb` is resident memory."""

    rss_mb: float
    descriptors: int
    threads: int


FIGURES = Holding.__slots__
"""The names of what is held."""


def holding(pid: int) -> Holding:
    """Now; raises OSError where the process is gone."""
    proc = Path("/proc", str(pid))
    pages = int((proc / "statm").read_text("ascii").split()[1])
    return Holding(
        rss_mb=pages * PAGE_BYTES / MEGABYTE,
        descriptors=sum(1 for _ in (proc / "fd").iterdir()),
        threads=sum(1 for _ in (proc / "task").iterdir()),
    )
