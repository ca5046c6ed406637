"""End a blocked read of libav at once when the thread that reads is told to stop.

PyAV sets libav's interrupt callback for its own time-outs only and offers no way in; and
the alternatives are worse. Closing the container from another thread frees what the read
still uses. A short read time-out, polled, cuts packets in two at every hiccup of the
network: over TCP libav then loses its place in the stream. But PyAV's callback asks
`time.monotonic` of its module for the present (every 100 ms while waiting), in the thread
that reads. It is given a clock here that, for a thread told to stop, runs far ahead.

Should a version of PyAV stop asking, a read simply ends at its time-out; the integration
test of the stop would say so, and `av` is pinned below its next major version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import local
from time import monotonic

import av.container.core

LEAP_S = 1e6
"""How far each look at the clock of a stopped thread jumps: past every time-out."""


ASK_S = 0.05
"""libav asks a dozen times a packet; the thread is asked less often."""


class _Reader(local):
    should_stop: Callable[[], bool] | None = None
    ahead_s = 0.0
    ask_from_s = 0.0


_reader = _Reader()


class _ReadersClock:
    """Stands for the module `time` inside PyAV's container module."""

    @staticmethod
    def monotonic() -> float:
        now_s = monotonic()
        return now_s if now_s < _reader.ask_from_s else _asked(now_s)


def _asked(now_s: float) -> float:
    """The clock of a thread, after asking whether it should stop."""
    reader = _reader
    if reader.should_stop is not None and reader.should_stop():
        reader.ahead_s += LEAP_S
    reader.ask_from_s = 0.0 if reader.ahead_s else now_s + ASK_S
    return now_s + reader.ahead_s


@contextmanager
def interruptible(should_stop: Callable[[], bool]) -> Iterator[None]:
    """Reads of libav in this thread end with `av.ExitError` soon after `should_stop()`.

    Only containers opened with a `timeout` have PyAV's callback. `should_stop` is called
    every `ASK_S` and must be cheap.
    """
    vars(av.container.core)["time"] = _ReadersClock
    _reader.should_stop = should_stop
    _reader.ask_from_s = 0.0
    try:
        yield
    finally:
        _reader.should_stop = None
        _reader.ahead_s = 0.0
        _reader.ask_from_s = 0.0
