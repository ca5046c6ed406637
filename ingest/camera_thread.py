"""The thread of one of a camera's streams."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

STOP_S = 3.0
"""Longest a stopped thread may take: a blocked read ends within about 0.1 s, but a name
being resolved cannot be interrupted. The thread is a daemon, so it does not outlive us."""

_log = logging.getLogger(__name__)


class CameraThread:
    """Runs a function once, which is to end soon after `stopping` is set.

    Attributes:
        name: The thread's.
        stopping: Whether to end.
    """

    def __init__(self, run: Callable[[], None], name: str) -> None:
        self.stopping = Event()
        self._run = run
        self.name = name
        self._thread: Thread | None = None

    def start(self) -> None:
        """Start the thread; once."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name=self.name, daemon=True)
            self._thread.start()

    def stop(self, deadline_s: float) -> None:
        """End the thread and wait for it; may be called twice."""
        self.stopping.set()
        if self._thread is not None:
            self._thread.join(deadline_s)
            if self._thread.is_alive():
                _log.error(
                    "%s did not stop in %.1f s",
                    self.name,
                    deadline_s,
                    extra={"action": "camera-stuck", "thread": self.name},
                )
