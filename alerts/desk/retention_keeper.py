"""The thread that keeps to the retention rules, a little at a time, and tidies up once an hour."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from alerts.desk.attachment_retention import Step
from alerts.desk.errors import StoreError
from alerts.desk.keeper_thread import KeeperThread
from alerts.desk.repeats import Repeats
from alerts.errors import EvidenceError

FIRST_S = 60.0
"""A desk that starts has more urgent things to do."""
EVERY_S = 3600.0
PAUSE_S = 0.1
"""Between two steps: officers and alerts come first."""

logger = logging.getLogger(__name__)


class RetentionKeeper:
    """One thread, from `start` to `stop`."""

    def __init__(
        self,
        retention: Step,
        *,
        tidy: Callable[[], object],
        on_death: Callable[[str, BaseException], None],
    ) -> None:
        """`on_death` is called when an unforeseen error ended the thread.

        `tidy` is called after each pass; it may raise SQLAlchemyError or StoreError.
        """
        self._retention = retention
        self._tidy = tidy
        self._repeats = Repeats(logger)
        self._thread = KeeperThread(
            "desk-retention", self._next, first_s=FIRST_S, on_death=on_death
        )

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the present step; idempotent."""
        self._thread.stop()

    def _next(self) -> float:
        if self.step():
            return PAUSE_S
        self.tidy()
        return EVERY_S

    def step(self) -> bool:
        """One step; whether the next one is due soon."""
        try:
            return self._retention.step()
        except (SQLAlchemyError, StoreError, EvidenceError, OSError) as error:
            self._repeats.warn("retention-waits", f"{type(error).__name__}: {error}"[:300])
            return False

    def tidy(self) -> None:
        """What is done after each pass, also after one that failed."""
        try:
            self._tidy()
        except (SQLAlchemyError, StoreError) as error:
            self._repeats.warn("tidying-waits", type(error).__name__)
