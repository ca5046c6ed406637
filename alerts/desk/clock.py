"""The desk's clock, so that tests can hold it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns aware UTC."""


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


class SteadyClock:
    """Wall time as it was when the desk started, carried on by the monotonic clock.

    For time limits: how long a log-in or a lock-out lasts must not change when somebody, or NTP
    after a long outage, sets the machine's clock. What officers read (when a case was opened, who
    moved it when) is told by the wall clock, right or wrong, as everything else on the machine.
    A due time (`due_at`) belongs here, too: it is a limit counted from the arrival of a case, so it
    is to be set and compared on this clock. After a restart both clocks are one again; limits
    that were running then move by the step, once.
    """

    def __init__(
        self, wall: Clock = utc_now, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._zero = wall() - timedelta(seconds=monotonic())

    def __call__(self) -> datetime:
        """Aware UTC."""
        return self._zero + timedelta(seconds=self._monotonic())
