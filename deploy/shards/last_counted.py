"""In the parent: what one shard has counted, asked for when somebody looks."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock

from deploy.shards.messages import Family


class LastCounted:
    """At most one question is under way, so that a shard that hangs is not asked ever more."""

    def __init__(self, ask: Callable[[], None]) -> None:
        """`ask` sends the question, or raises PipeClosedError."""
        self._ask = ask
        self._lock = Lock()
        self._is_asked = False
        self._answered = Event()
        self._families: tuple[Family, ...] = ()

    def ask(self) -> None:
        """Have the shard counted afresh; raises PipeClosedError."""
        with self._lock:
            if self._is_asked:
                return
            self._is_asked = True
            self._answered.clear()
        self._ask()

    def take(self, families: tuple[Family, ...]) -> None:
        """The shard has answered."""
        with self._lock:
            self._families = families
            self._is_asked = False
            self._answered.set()

    def wait(self, timeout_s: float) -> bool:
        """Whether an answer came in time."""
        return self._answered.wait(max(timeout_s, 0.0))

    @property
    def families(self) -> tuple[Family, ...]:
        """The last answer: a counter must not vanish because a shard is busy for a moment."""
        return self._families
