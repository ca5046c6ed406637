"""What a node suffers from right now, said in its log once a minute while it lasts."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from pathlib import Path

from alerts.disk_room import DiskRoom
from alerts.outbox_room import Backlog
from alerts.schema import Trouble
from alerts.words import TROUBLES

EVERY_S = 60.0

logger = logging.getLogger(__name__)


class TroubleWatch:
    """Looks whenever it is asked; for one thread."""

    def __init__(
        self,
        backlog: Callable[[], Backlog],
        room: DiskRoom,
        *,
        set_aside: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`set_aside` is where a damaged outbox was moved at this start."""
        self._backlog = backlog
        self._room = room
        self._set_aside = set_aside
        self._clock = clock
        self._said_at: dict[Trouble, float] = {}
        self._dropped, self._dropped_at = backlog().dropped, -math.inf

    def __call__(self) -> tuple[Trouble, ...]:
        """All troubles, in a fixed order."""
        backlog = self._backlog()
        details = {
            Trouble.DISK_FULL: None if self._room.has_for_clips else f"{self._room.free} bytes",
            Trouble.OUTBOX_FULL: self._full(backlog),
            Trouble.OUTBOX_SET_ASIDE: None if self._set_aside is None else str(self._set_aside),
        }
        for trouble, detail in details.items():
            if detail is not None:
                self._say(trouble, detail)
        return tuple(trouble for trouble, detail in details.items() if detail is not None)

    def _full(self, backlog: Backlog) -> str | None:
        """Also for a while after messages were dropped."""
        now = self._clock()
        if backlog.dropped != self._dropped:
            self._dropped, self._dropped_at = backlog.dropped, now
        if not backlog.is_full and now - self._dropped_at >= EVERY_S:
            return None
        return f"{backlog.messages} messages wait, {backlog.dropped} were dropped so far"

    def _say(self, trouble: Trouble, detail: str) -> None:
        now = self._clock()
        if now - self._said_at.get(trouble, -math.inf) < EVERY_S:
            return
        self._said_at[trouble] = now
        logger.error("%s (%s)", TROUBLES[trouble].en, detail, extra={"action": trouble.value})
