"""The thread that looks at the limits of cases, every second."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from alerts.desk.errors import StoreError
from alerts.desk.keeper_thread import KeeperThread
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
        self._repeats = Repeats(logger)
        self._thread = KeeperThread("desk-limits", self._next, first_s=EVERY_S, on_death=on_death)

    def start(self) -> None:
        """Move the limits by what the clock was set, then begin. Raises SQLAlchemyError."""
        self._overdue.settle()
        self._thread.start()

    def stop(self) -> None:
        """End after the present step; idempotent."""
        self._thread.stop()

    def _next(self) -> float:
        return PAUSE_S if self.step() else EVERY_S

    def step(self) -> bool:
        """One step; whether the next one is due at once."""
        try:
            return self._overdue.step()
        except (SQLAlchemyError, StoreError) as error:
            self._repeats.warn("limits-wait", type(error).__name__)
            return False
