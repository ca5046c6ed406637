"""Log lines that repeat: one an interval, with the number of those left out."""

from __future__ import annotations

import logging
from collections.abc import Callable

INTERVAL_S = 60.0


class RepeatedLog:
    """At most one line a minute; what was held back is counted in the next line."""

    def __init__(self, log: logging.Logger, monotonic: Callable[[], float]) -> None:
        self._log = log
        self._monotonic = monotonic
        self._last_s: float | None = None
        self._held_back = 0

    def warning(self, text: str, camera_id: str) -> None:
        """Log the text, or count it when the last line is less than a minute old."""
        self._line(logging.WARNING, text, camera_id)

    def error(self, text: str, camera_id: str) -> None:
        """The same for what is no fault of the camera."""
        self._line(logging.ERROR, text, camera_id)

    def _line(self, level: int, text: str, camera_id: str) -> None:
        now_s = self._monotonic()
        if self._last_s is not None and now_s - self._last_s < INTERVAL_S:
            self._held_back += 1
            return
        self._log.log(
            level,
            "%s (%d more since the last line)",
            text,
            self._held_back,
            extra={"action": "camera-fault", "camera_id": camera_id},
        )
        self._last_s, self._held_back = now_s, 0
