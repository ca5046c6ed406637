"""The thread of one of a camera's streams."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread, get_native_id

STOP_S = 3.0
"""Longest a stopped thread may take: a blocked read ends within about 0.1 s, but a name
being resolved cannot be interrupted. The thread is a daemon, so it does not outlive us."""

NICER = 5
"""Above the process's own niceness: dozens of threads that decode would else keep the few that
look for people, and those that raise and send alerts, waiting for a core. A third of their weight
is left to them (sched(7)), so they are never starved."""

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
            self._thread = Thread(target=self._run_nicely, name=self.name, daemon=True)
            self._thread.start()

    def _run_nicely(self) -> None:
        with suppress(OSError):  # a system on which threads have no niceness of their own
            base = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PROCESS, get_native_id(), min(base + NICER, 19))
        self._run()

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
