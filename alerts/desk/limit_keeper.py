"""The thread that looks at the limits of cases, every second."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from alerts.desk.errors import StoreError
from alerts.desk.overdue import Overdue
from alerts.desk.repeats import Repeats

EVERY_S = 1.0
"""One small query by an index; an officer sees a limit run out to the second."""
PAUSE_S = 0.05
"""Between two full steps: officers and alerts come first."""

logger = logging.getLogger(__name__)


class LimitKeeper:
    """One thread, from `start` to `stop`."""

    def __init__(self, overdue: Overdue, *, on_death: Callable[[str, BaseException], None]) -> None:
        """`on_death` is called when an unforeseen error ended the thread."""
        self._overdue = overdue
        self._on_death = on_death
        self._is_stopping = Event()
        self._repeats = Repeats(logger)
        self._thread = Thread(target=self._guard, name="desk-limits")

    def start(self) -> None:
        """Move the limits by what the clock was set, then begin. Raises SQLAlchemyError."""
        self._overdue.settle()
        self._thread.start()

    def stop(self) -> None:
        """End after the present step; idempotent."""
        self._is_stopping.set()
        if self._thread.ident is not None:
            self._thread.join(5.0)

    def _guard(self) -> None:
        try:
            wait_s = EVERY_S
            while not self._is_stopping.wait(wait_s):
                wait_s = PAUSE_S if self.step() else EVERY_S
        except Exception as error:  # the thread's supervisor: the desk must know
            logger.exception("keeping limits ended", extra={"action": "thread-died"})
            self._on_death(self._thread.name, error)

    def step(self) -> bool:
        """One step; whether the next one is due at once."""
        try:
            return self._overdue.step()
        except (SQLAlchemyError, StoreError) as error:
            self._repeats.warn("limits-wait", type(error).__name__)
            return False
