"""A thread that takes one step after the other, with pauses between them or without."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

logger = logging.getLogger(__name__)


class KeeperThread:
    """One thread, from `start` to `stop`.

    Attributes:
        stopping: Set by `stop`; what a step waits for meanwhile is to end then, too.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], float],
        *,
        first_s: float = 0.0,
        on_death: Callable[[str, BaseException], None],
    ) -> None:
        """`step` returns the seconds until the next one, or 0; the first comes after `first_s`.

        `on_death` is called when an unforeseen error ended the thread.
        """
        self._step = step
        self._first_s = first_s
        self._on_death = on_death
        self.stopping = Event()
        self._thread = Thread(target=self._guard, name=name)

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the present step; idempotent."""
        self.stopping.set()
        if self._thread.ident is not None:
            self._thread.join(5.0)

    def _guard(self) -> None:
        try:
            wait_s = self._first_s
            while not self.stopping.wait(wait_s):
                wait_s = self._step()
        except Exception as error:  # the thread's supervisor: the desk must know
            logger.exception("%s ended", self._thread.name, extra={"action": "thread-died"})
            self._on_death(self._thread.name, error)
