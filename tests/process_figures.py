"""What this process holds and has used, as Linux tells it."""

from __future__ import annotations

import ctypes
import gc
import resource
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Memory (resident, without what the allocator keeps), descriptors and threads."""

    rss_mb: float
    descriptors: int
    threads: int

    @classmethod
    def now(cls) -> Held:
        gc.collect()
        with suppress(AttributeError):  # only glibc keeps what was freed, and gives it back so
            ctypes.CDLL(None).malloc_trim(0)
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return cls(
            rss_mb=pages * resource.getpagesize() / MEGABYTE,
            descriptors=len(list(Path("/proc/self/fd").iterdir())),
            threads=threading.active_count(),
        )


def cores_used(seconds: float) -> float:
    """Cores this process uses, mean of so many seconds from now."""
    began_cpu_s, began_s = time.process_time(), time.monotonic()
    time.sleep(seconds)
    return (time.process_time() - began_cpu_s) / (time.monotonic() - began_s)
