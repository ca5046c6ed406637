"""Acknowledgements leave in the order in which messages came."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock


@dataclass(slots=True)
class _Ticket:
    mid: int
    is_done: bool = False


class AckOrder:
    """Holds acknowledgements back until all earlier messages are acknowledged.

    rumqttd loses messages when acknowledgements come out of order, and MQTT asks for the order
    (3.1.1, section 4.6). Its length is bounded by the broker's limit of messages in flight.
    """

    def __init__(self, send: Callable[[int], object]) -> None:
        """`send(mid)` sends one acknowledgement; it is called under the lock, in order."""
        self._send = send
        self._lock = Lock()
        self._open: deque[_Ticket] = deque()

    def received(self, mid: int) -> Callable[[], None]:
        """A message came; returns what to call once it is dealt with, from any thread."""
        ticket = _Ticket(mid)
        with self._lock:
            self._open.append(ticket)
        return lambda: self._done(ticket)

    def forget(self) -> None:
        """The connection broke: the broker sends all of it again, under ids of its own choice."""
        with self._lock:
            self._open.clear()

    def __len__(self) -> int:
        return len(self._open)

    def _done(self, ticket: _Ticket) -> None:
        with self._lock:
            ticket.is_done = True
            while self._open and self._open[0].is_done:
                self._send(self._open.popleft().mid)
