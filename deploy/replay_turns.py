"""Whose turn it is: files of a replay, shared out between threads."""

from __future__ import annotations

from collections.abc import Sequence
from queue import SimpleQueue
from threading import Event, Lock

from deploy.replay_file import ReplayFile


class Turns:
    """A round of files; a thread holds one while it reads from it, and any number detect.

    Whoever finds all files held waits for the first that is handed on. As many batches are
    under way as there are threads.
    """

    def __init__(self, files: Sequence[ReplayFile]) -> None:
        self._files = files
        self._open = len(files)
        self._lock = Lock()
        self._round: SimpleQueue[ReplayFile | None] = SimpleQueue()  # None: no more turns
        for file in files:
            self._round.put(file)
        if not files:
            self._round.put(None)

    def work(self, stop: Event) -> None:
        """Take turns until all files are read, `stop` is set or another thread has failed.

        Raises:
            IngestError, DetectorError: Of the file whose turn it was.
        """
        try:
            while not stop.is_set() and (file := self._round.get()) is not None:
                self._turn(file)
        except BaseException:
            stop.set()
            raise
        finally:
            self._end_round()

    def _turn(self, file: ReplayFile) -> None:
        batch = file.read()
        if batch is None:
            with self._lock:
                self._open -= 1
                if not self._open:
                    self._round.put(None)
        elif file.is_sequential:
            file.detect(batch)
            self._round.put(file)
        else:
            self._round.put(file)
            file.detect(batch)

    def _end_round(self) -> None:
        self._round.put(None)
        for file in self._files:
            file.give_up()
