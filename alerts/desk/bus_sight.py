"""Whether the desk hears its bus, and since when it does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from alerts.desk.clock import Clock


class BusSight:
    """Remembers when somebody first found the bus lost; open pages ask every few seconds."""

    def __init__(self, has_bus: Callable[[], bool], clock: Clock) -> None:
        self._has_bus, self._clock = has_bus, clock
        self._lock = Lock()
        self._lost_at: datetime | None = None

    def is_connected(self) -> bool:
        """Right now."""
        return self.lost_at() is None

    def lost_at(self) -> datetime | None:
        """None while it is connected; any thread."""
        with self._lock:
            if self._has_bus():
                self._lost_at = None
            elif self._lost_at is None:
                self._lost_at = self._clock()
            return self._lost_at
