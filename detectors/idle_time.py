"""How long inference threads have had nothing to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, get_ident


class IdleTime:
    """Sums the seconds that threads spend waiting for frames, the present wait included."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._sum_s = 0.0  # each wait adds its end and takes off its beginning
        self._waiting = 0
        self._threads: set[int] = set()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """What the calling thread does inside is waiting."""
        self._count(-1)
        try:
            yield
        finally:
            self._count(+1)

    @property
    def seconds(self) -> float:
        """Since the start, over all threads; never decreases."""
        with self._lock:
            return self._sum_s + self._waiting * self._clock()

    @property
    def threads(self) -> int:
        """How many threads have waited here so far."""
        with self._lock:
            return len(self._threads)

    def _count(self, sign: int) -> None:
        with self._lock:
            self._sum_s += sign * self._clock()
            self._waiting -= sign
            self._threads.add(get_ident())
