"""What an opened model was given to do."""

from __future__ import annotations

from threading import Lock


class SessionCounts:
    """Totals since the start; one session may be run by several threads.

    Attributes:
        runs: Inferences run.
        pictures: Model inputs given, over all runs.
        input_bytes: Their bytes: each was filled by the letterbox and copied by the runtime.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self.runs = 0
        self.pictures = 0
        self.input_bytes = 0

    def add(self, pictures: int, input_bytes: int) -> None:
        """Count one run."""
        with self._lock:
            self.runs += 1
            self.pictures += pictures
            self.input_bytes += input_bytes
