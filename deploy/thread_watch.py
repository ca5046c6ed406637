"""Whether all threads of a node still run; a thread that is gone ends the node with its name."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from threading import Event, Thread

from deploy.errors import DeployError

LOOK_S = 1.0
JOIN_S = 2.0

logger = logging.getLogger(__name__)

Died = Callable[[str, BaseException], None]


class ThreadGoneError(DeployError):
    """A thread ended without saying why."""


def _running() -> list[str]:
    return [thread.name for thread in threading.enumerate()]


class ThreadWatch:
    """Threads tell of their own deaths; this notices those that could not.

    Args:
        expected: Names of the threads that must run now.
        on_death: Called with the name of one that does not, once.
        names: Names of those that run; tests give their own.
    """

    def __init__(
        self,
        expected: Callable[[], Iterable[str]],
        *,
        on_death: Died,
        names: Callable[[], Iterable[str]] = _running,
    ) -> None:
        self._expected = expected
        self._on_death = on_death
        self._names = names
        self._missed: frozenset[str] = frozenset()
        self._is_stopping = Event()
        self._thread = Thread(target=self._run, name="thread-watch", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; idempotent."""
        self._is_stopping.set()
        if self._thread.ident is not None:
            self._thread.join(JOIN_S)

    def look(self) -> bool:
        """One look; False once a thread is gone at two looks: one may just be starting."""
        missing = frozenset(self._expected()) - frozenset(self._names())
        gone, self._missed = sorted(missing & self._missed), missing
        if gone:
            self._on_death(gone[0], ThreadGoneError("the thread is gone"))
        return not gone

    def _run(self) -> None:
        while not self._is_stopping.wait(LOOK_S) and self.look():
            pass
