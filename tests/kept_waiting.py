"""How long the machine kept this process from running: what a wall-clock figure has to allow."""

from __future__ import annotations

import time
from threading import Event, Thread
from typing import Self

NAP_S = 0.01


class KeptWaiting:
    """Sleeps in a thread and notes by how much it overslept; a context manager.

    Attributes:
        longest_s: The longest time over `NAP_S` that a nap took.
    """

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._is_over = Event()
        self._thread = Thread(target=self._nap, name="kept-waiting", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _nap(self) -> None:
        while not self._is_over.is_set():
            began_s = time.monotonic()
            time.sleep(NAP_S)
            self.longest_s = max(self.longest_s, time.monotonic() - began_s - NAP_S)
