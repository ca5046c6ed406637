"""Which looks were registered a moment ago: going on looking is no new look."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

WINDOW = timedelta(minutes=10)
"""A player asks for one clip in dozens of ranges; a page that refreshes asks again."""
MOST = 10_000
"""When full, the oldest is forgotten: looking on is then registered once more, never less."""


class LookKey(NamedTuple):
    """What must be the same for two looks to be one."""

    actor: str
    client: str
    action: str
    place: tuple[str, str, str]
    words: str
    reason: str


class RecentLooks:
    """Remembers when looks were registered; thread-safe.

    Kept in memory: after a restart of the desk a look that goes on is registered once more.
    """

    def __init__(self) -> None:
        self._since: OrderedDict[LookKey, datetime] = OrderedDict()
        self._lock = Lock()

    def has(self, key: LookKey, now: datetime) -> bool:
        """Whether this look was registered less than `WINDOW` ago."""
        with self._lock:
            since = self._since.get(key)
        return since is not None and now - since < WINDOW

    def add(self, key: LookKey, now: datetime) -> None:
        """It is registered now; the window is not prolonged by looking on."""
        with self._lock:
            self._since[key] = now
            self._since.move_to_end(key)
            if len(self._since) > MOST:
                self._since.popitem(last=False)
