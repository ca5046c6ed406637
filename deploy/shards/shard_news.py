"""What a shard says of itself to its parent."""

from __future__ import annotations

import logging
from collections import deque
from contextlib import suppress
from threading import Event, Thread

from alerts.schema import NodeState, ReducedClass
from alerts.status_board import StatusBoard
from deploy.shards.messages import LoadChanged, Order, PartDied, StatusChanged
from deploy.shards.pipe import Pipe, PipeClosedError
from ingest.status import CameraStatus

STOP_S = 1.0

logger = logging.getLogger(__name__)


class ShardNews:
    """Camera states and load on a thread of its own, so that no camera waits for the parent.

    Bounded by the number of cameras: a newer state replaces the older one.
    """

    def __init__(self, pipe: Pipe[Order]) -> None:
        self._pipe = pipe
        self._board = StatusBoard()
        self._load: deque[LoadChanged] = deque(maxlen=1)
        self._wake = Event()
        self._is_stopping = Event()
        self._thread = Thread(target=self._run, name="shard-news", daemon=True)

    def status(self, status: CameraStatus) -> None:
        """A camera's state changed; from any thread, never blocks."""
        self._board.put(status)
        self._wake.set()

    def load(self, state: NodeState, reduced: tuple[ReducedClass, ...]) -> None:
        """What is analysed changed; from one thread, never blocks."""
        self._load.append(LoadChanged(state=state, reduced=reduced))
        self._wake.set()

    def died(self, name: str, error: BaseException) -> None:
        """A part died; the parent ends the node. From any thread."""
        logger.critical("%s died: %r", name, error, extra={"action": "part-died"})
        with suppress(PipeClosedError):
            self._pipe.send(PartDied(reason=f"{name} died: {error!r}"))

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Say what is left, then end; idempotent."""
        self._is_stopping.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(STOP_S)

    def _run(self) -> None:
        with suppress(PipeClosedError):  # the main thread notices, too, and ends the process
            while not self._is_stopping.is_set():
                self._wake.wait()
                self._wake.clear()
                self._tell()

    def _tell(self) -> None:
        while self._load:
            self._pipe.send(self._load.popleft())
        while (status := self._board.next_untold()) is not None:
            self._pipe.send(StatusChanged(status=status))
            self._board.told(status)
