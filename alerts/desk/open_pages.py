"""How many pages of officers are open right now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class OpenPages:
    """Counts websockets of pages; from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._count = 0

    @property
    def count(self) -> int:
        """Pages open now."""
        return self._count

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """A page is open within the block."""
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def _add(self, number: int) -> None:
        with self._lock:
            self._count += number
