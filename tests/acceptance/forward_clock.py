"""The clock of a desk's limits, which a test sets forward instead of waiting."""

from __future__ import annotations

from datetime import datetime, timedelta

from alerts.desk.clock import SteadyClock


class ForwardClock:
    """As the desk's own, and as much further on as the test says.

    The clock on the wall stays: to those who read it, what was due in an hour is late now.
    """

    def __init__(self) -> None:
        self._steady = SteadyClock()
        self._forward = timedelta(0)

    def __call__(self) -> datetime:
        """Aware UTC."""
        return self._steady() + self._forward

    def forward(self, by: timedelta) -> None:
        """Let that much time have passed; the desk notices within a second."""
        self._forward += by
