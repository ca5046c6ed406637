"""What many open pages read alike, read once: fifty officers look at the same queue.

A page may take what another one has read if that reading began after the last change that the page
was told of. While one page reads, the others that want the same wait; the first of them reads anew
where something has changed meanwhile, and those behind it take that. So however many pages are open
and however fast things change, one reading of each kind is under way.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from alerts.desk.changes import Change, Changes

FRESH_S = 5.0
"""What only time changes, as a limit that has passed, is seen so much later at most."""

MOST_KEPT = 64
"""Some 100 kB each."""

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Slot:
    """The last reading of one kind; `number` is that of the changes when it began."""

    lock: Lock = field(default_factory=Lock)
    number: int = -1
    began_s: float = 0.0
    value: Any = None


class SharedReadings:
    """Of the pages of one desk; thread-safe. Make it before any page that uses it.

    Args:
        changes: Counted here before they reach a page.
        kinds: Those that change what is read.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        changes: Changes,
        kinds: frozenset[str],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kinds, self._clock = kinds, clock
        self._lock = Lock()
        self._number = 0
        self._slots: OrderedDict[Hashable, _Slot] = OrderedDict()
        changes.subscribe(self._count)

    def read(self, key: Hashable, make: Callable[[], T], *, is_new: bool = False) -> T:
        """What `make` gives, or has given another page; nobody may change it.

        Args:
            key: Everything that decides the result, above all who may see it (`sight.sight_key`).
            make: Reads it; what it raises concerns this page alone.
            is_new: Only a reading that begins after this call will do: after an officer's own
                deed, which may have met a change that nobody has told of yet.
        """
        asked_s = self._clock() if is_new else float("-inf")
        wanted, slot = self._slot(key)
        with slot.lock:
            now_s = self._clock()
            oldest_s = max(asked_s, now_s - FRESH_S)
            if slot.number < wanted or slot.began_s < oldest_s:
                number, began_s = self._number, now_s
                slot.value = make()
                slot.number, slot.began_s = number, began_s
            value: T = slot.value
            return value

    def _slot(self, key: Hashable) -> tuple[int, _Slot]:
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            if len(self._slots) > MOST_KEPT:
                self._slots.popitem(last=False)  # who waits for it still gets it
            return self._number, slot

    def _count(self, change: Change) -> None:
        if change.kind in self._kinds:
            with self._lock:
                self._number += 1
