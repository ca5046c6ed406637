"""The C library's heap: how threads share it, and what of it is given back."""

from __future__ import annotations

import ctypes
from threading import Event, Thread

M_ARENA_MAX = -8
"""malloc.h of glibc."""

ARENAS = 2
TRIM_S = 60.0
JOIN_S = 2.0
TRIMMER = "heap-trimmer"


def share_heap() -> None:
    """Let all threads share few arenas.

    By default glibc gives each of a node's hundred threads one of up to eight a core; pictures
    freed in one are not there for another. Call it before threads start; elsewhere than on glibc
    it does nothing.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, ARENAS)


class HeapTrimmer:
    """A thread that gives back to the system, once a minute, what lies free between pictures.

    Free memory that glibc keeps in pieces grows for an hour and more while cameras come and go, by
    tens of MB, though no more is in use. Giving it back takes some 10 to 40 ms, in which nobody
    allocates.
    """

    def __init__(self, every_s: float = TRIM_S) -> None:
        self._every_s = every_s
        self._trim = getattr(ctypes.CDLL(None), "malloc_trim", _nothing)
        self._is_stopping = Event()
        self._thread = Thread(target=self._run, name=TRIMMER, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; idempotent."""
        self._is_stopping.set()
        if self._thread.ident is not None:
            self._thread.join(JOIN_S)

    def _run(self) -> None:
        while not self._is_stopping.wait(self._every_s):
            self._trim(0)


def _nothing(_: int) -> int:
    """Other C libraries keep less, and have no such call."""
    return 0
