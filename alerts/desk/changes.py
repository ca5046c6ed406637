"""A broadcast of what changed, so that pages are live without asking again and again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock, local
from typing import Literal

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something moved; who cares reads it again through the service.

    Attributes:
        kind: What changed. A `node` that comes or goes changes how its cameras look, too;
            `session` means that somebody signed out; its `id` is empty.
        id: Case code, camera id or node id.
        area_id: The area it lies in; None concerns everybody (nodes, sessions).
        departments: Of a case: which it is, or was until now, handed to; their handlers hear of
            nothing else.
        officer_ids: Of a case: who opened it by hand, and to whom it is or was handed; grid
            workers hear of nothing else.
        version: Of a case: the one it has now, where whoever made the change knows it.
    """

    kind: Literal["case", "camera", "node", "session"]
    id: str
    area_id: str | None
    departments: frozenset[str] = frozenset()
    officer_ids: frozenset[int] = frozenset()
    version: int | None = None


Listener = Callable[[Change], None]


class Changes:
    """Calls every subscriber for every change, on the thread that made the change.

    Subscribers return at once (`loop.call_soon_threadsafe`); one that raises RuntimeError,
    as a closed event loop does, is dropped.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._listeners: dict[int, Listener] = {}
        self._next = 0
        self._held = local()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` for every change until the returned function is called (idempotent)."""
        with self._lock:
            number, self._next = self._next, self._next + 1
            self._listeners[number] = listener
        return lambda: self._drop(number)

    def publish(self, change: Change) -> None:
        """Tell everybody; call it after the commit."""
        held: list[Change] | None = getattr(self._held, "changes", None)
        if held is not None:
            held.append(change)
            return
        with self._lock:
            listeners = list(self._listeners.items())
        for number, listener in listeners:
            try:
                listener(change)
            except RuntimeError as error:
                _log.debug("a subscriber of changes is gone: %s", error)
                self._drop(number)

    @contextmanager
    def held(self) -> Iterator[None]:
        """What this thread publishes within the block is told at its end; nothing on an error.

        Around a transaction of several parts, whose changes are nobody's before its commit.
        """
        held = self._held.changes = list[Change]()
        try:
            yield
        finally:
            self._held.changes = None
        for change in held:
            self.publish(change)

    def _drop(self, number: int) -> None:
        with self._lock:
            self._listeners.pop(number, None)
