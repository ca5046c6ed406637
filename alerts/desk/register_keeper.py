"""The thread that says the register's head every day, so that it stands where the log goes."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from alerts.desk.errors import StoreError
from alerts.desk.keeper_thread import KeeperThread
from alerts.desk.register_chain import NO_ENTRY, BrokenChainError
from alerts.desk.register_reader import RegisterReader
from alerts.desk.repeats import Repeats

EVERY_S = 86_400.0
AGAIN_S = 60.0
"""After a database that was away."""

logger = logging.getLogger(__name__)


class RegisterKeeper:
    """One thread, from `start` to `stop`.

    At the start it says the head, which checks nothing: reading all of a year's entries is for
    `xueliang desk register SITE --verify`. From then on each day's entries are checked, and that
    the head of the day before is still there: what is cut off under a running desk is noticed.

    Attributes:
        is_broken: Whether a break was found; stays so until the desk starts again.
    """

    def __init__(
        self, reader: RegisterReader, *, on_death: Callable[[str, BaseException], None]
    ) -> None:
        """`on_death` is called when an unforeseen error ended the thread."""
        self._reader = reader
        self._head = NO_ENTRY
        self._has_head = False
        self.is_broken = False
        self._repeats = Repeats(logger)
        self._thread = KeeperThread("desk-register", self._next, first_s=0.0, on_death=on_death)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; idempotent."""
        self._thread.stop()

    def _next(self) -> float:
        return EVERY_S if self.step() else AGAIN_S

    def step(self) -> bool:
        """Check what was written since the last time and say the head; whether that was done."""
        try:
            self._head = (
                self._reader.verify(after=self._head) if self._has_head else self._reader.head()
            )
        except (SQLAlchemyError, StoreError) as error:
            self._repeats.warn("register-waits", type(error).__name__)
            return False
        except BrokenChainError as error:
            self._broken(error)
            return True
        self._has_head = True
        logger.info(
            "register head %s",
            self._head,
            extra={"action": "register-head", "count": self._head.count, "hash": self._head.hash},
        )
        return True

    def _broken(self, error: BrokenChainError) -> None:
        self.is_broken = True
        logger.critical(
            "the register is broken at entry %d: it %s",
            error.number,
            error.fault,
            extra={"action": "register-broken", "number": error.number},
        )
