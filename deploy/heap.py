"""How the C library's heap is divided between threads."""

from __future__ import annotations

import ctypes

M_ARENA_MAX = -8
"""malloc.h of glibc."""

ARENAS = 2


def share_heap() -> None:
    """Let all threads share few arenas.

    By default glibc gives each of a node's hundred threads one of up to eight a core; pictures
    freed in one are not there for another. Call it before threads start; elsewhere than on glibc
    it does nothing.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, ARENAS)
