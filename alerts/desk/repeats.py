"""One log line for each kind of trouble and minute, however often it happens."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic

EVERY_S = 60.0


class Repeats:
    """Logs the first of a kind at once, then counts, and says the count with the next line."""

    def __init__(self, log: logging.Logger, *, clock: Callable[[], float] = monotonic) -> None:
        self._log = log
        self._clock = clock
        self._said_at: dict[str, float] = {}
        self._unsaid: dict[str, int] = {}

    def warn(self, kind: str, detail: str) -> None:
        """One more of `kind`; kinds are few and ours, `detail` may be anything."""
        now = self._clock()
        if now - self._said_at.get(kind, -EVERY_S) < EVERY_S:
            self._unsaid[kind] = self._unsaid.get(kind, 0) + 1
            return
        self._said_at[kind] = now
        more = self._unsaid.pop(kind, 0)
        also = f" (and {more} more since the last line)" if more else ""
        self._log.warning("%s: %s%s", kind, detail, also, extra={"action": kind})
