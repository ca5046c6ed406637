"""Slows down whoever guesses passwords."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from alerts.desk.errors import LockedOutError

FIRST_WAIT_S = 60
LONGEST_WAIT_S = 3600
FORGOTTEN_AFTER = timedelta(minutes=15)
"""Without a further failure, and with no wait left. Typing errors of a whole duty room add up to
nothing; a guesser gains no more than a few tries an hour over waiting the locks out."""
MAX_ENTRIES = 10_000
"""When full, the entry that failed longest ago is forgotten."""


@dataclass(slots=True)
class _Failures:
    last_at: datetime
    count: int = 0
    locked_until: datetime | None = None

    def is_forgotten(self, now: datetime) -> bool:
        since = self.last_at if self.locked_until is None else max(self.last_at, self.locked_until)
        return now - since > FORGOTTEN_AFTER


class Lockout:
    """Counts failures by key; after `limit` the key waits 1 minute, then 2, 4, … up to an hour.

    Failures are forgotten `FORGOTTEN_AFTER` the last of them, or the end of its wait.
    Kept in memory: a restart of the desk forgives, and needs rights nobody at the log-in has.
    """

    def __init__(self, *, limit: int = 5) -> None:
        self._limit = limit
        self._lock = Lock()
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def check(self, key: str, now: datetime) -> None:
        """Raise LockedOutError while `key` has to wait."""
        with self._lock:
            entry = self._failures.get(key)
            if entry is not None and entry.locked_until is not None and now < entry.locked_until:
                raise LockedOutError(math.ceil((entry.locked_until - now).total_seconds()))

    def failed(self, key: str, now: datetime) -> None:
        """Count one failure."""
        with self._lock:
            entry = self._failures.get(key)
            if entry is None or entry.is_forgotten(now):
                entry = self._failures[key] = _Failures(now)
            self._failures.move_to_end(key)
            entry.last_at, entry.count = now, entry.count + 1
            if entry.count >= self._limit:
                wait_s = min(FIRST_WAIT_S * 2 ** (entry.count - self._limit), LONGEST_WAIT_S)
                entry.locked_until = now + timedelta(seconds=wait_s)
            while len(self._failures) > MAX_ENTRIES:
                self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """Forget the failures of `key`."""
        with self._lock:
            self._failures.pop(key, None)
