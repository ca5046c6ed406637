"""The latest changes, numbered, so that a stream that broke goes on where it stopped.

All streams read the one ring; each keeps only its place in it. One that falls behind by more than
the ring holds, or comes back too late, is told to read anew.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Self

from alerts.desk.changes import Change, Changes

SIZE = 5000
"""Half a minute of the fastest burst, hours of an ordinary night."""
SETTLED_S = 10.0
"""After it every transaction whose journal entries were numbered before has ended and was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a reader stands; the `id` of its latest event.

    Attributes:
        boot: Of which run of the desk `number` is.
        number: Of the latest change read.
        entry: The journal up to here was told, too; None where that is not known yet.
    """

    boot: str
    number: int
    entry: int | None

    def encode(self) -> str:
        """As the `id` of an event."""
        return f"{self.boot}.{self.number}.{'' if self.entry is None else self.entry}"

    @classmethod
    def decode(cls, text: str) -> Self | None:
        """The reverse; None for anything else."""
        parts = text.split(".")
        if len(parts) != 3 or not all(each.isascii() and len(each) <= 19 for each in parts):
            return None
        boot, number, entry = parts
        if not number.isdecimal() or (entry and not entry.isdecimal()):
            return None
        return cls(boot=boot, number=int(number), entry=int(entry) if entry else None)


class EventRing:
    """Changes since the start, the latest `size` of them; thread-safe.

    Attributes:
        boot: Of this run of the desk.
        session_changes: How often somebody signed out or was changed: reason to look again.
    """

    def __init__(self, changes: Changes, *, size: int = SIZE) -> None:
        self.boot = secrets.token_hex(4)
        self._lock = Lock()
        self._ring: deque[Change] = deque(maxlen=size)
        self._number = 0
        self._wakers: dict[int, Callable[[], None]] = {}
        self._next_waker = 0
        self.session_changes = 0
        self._entry: int | None = None
        self._younger_entry: tuple[int, float] | None = None
        self.unsubscribe = changes.subscribe(self._add)

    @property
    def end(self) -> Place:
        """Behind the latest change."""
        with self._lock:
            return Place(boot=self.boot, number=self._number, entry=self._entry)

    def since(self, number: int) -> Sequence[tuple[Place, Change]] | None:
        """The changes after `number`; None where some of them are gone, or there was no such."""
        with self._lock:
            missed = self._number - number
            if not 0 <= missed <= len(self._ring):
                return None
            found = [self._ring[i] for i in range(len(self._ring) - missed, len(self._ring))]
            return [
                (Place(boot=self.boot, number=number + i, entry=self._entry), change)
                for i, change in enumerate(found, start=1)
            ]

    def journal_is_at(self, entry: int, now_s: float) -> None:
        """The newest journal entry as read just now; it counts once it is `SETTLED_S` old."""
        with self._lock:
            younger = self._younger_entry
            if younger is None:
                self._younger_entry = (entry, now_s)
            elif now_s - younger[1] >= SETTLED_S:
                self._entry, self._younger_entry = younger[0], (entry, now_s)

    def on_change(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` after each change until the returned function is called (idempotent)."""
        with self._lock:
            number, self._next_waker = self._next_waker, self._next_waker + 1
            self._wakers[number] = wake
        return lambda: self._drop(number)

    def wake_all(self) -> None:
        """As if something had changed."""
        with self._lock:
            wakers = list(self._wakers.items())
        for number, wake in wakers:
            try:
                wake()
            except RuntimeError:  # its loop is closed
                self._drop(number)

    def _add(self, change: Change) -> None:
        with self._lock:
            if change.kind == "session":
                self.session_changes += 1
            else:
                self._ring.append(change)
                self._number += 1
        self.wake_all()

    def _drop(self, number: int) -> None:
        with self._lock:
            self._wakers.pop(number, None)
