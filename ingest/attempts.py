"""The connections of one stream, one after another, and the waits between them."""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Callable
from typing import Protocol

from ingest.address import redact_for
from ingest.backoff import Backoff
from ingest.camera_settings import CameraClocks, SourceFactory
from ingest.config import CameraConfig
from ingest.counters import CameraCounters
from ingest.errors import Fault, IngestError, SourceStalledError
from ingest.repeats import RepeatedLog
from ingest.source import Sink, Stop

SLOW_RETRY_S = 60.0
"""Between attempts where only a person can help: a wrong password, for which cameras lock the
account if asked too often, nothing to decode, or a fault of ours."""

GOOD_STREAM_S = 5.0
"""A stream that lasted this long was good: the back-off begins again."""

_log = logging.getLogger(__name__)


class AttemptSink(Sink, Protocol):
    """The sink of one connection."""

    @property
    def session(self) -> str:
        """The connection's id."""
        ...

    @property
    def streamed_s(self) -> float:
        """Seconds since what it reads began to come; 0 before."""
        ...


class Attempts:
    """Opens a stream when told to; counts and says what fails.

    Args:
        config: The camera's entry of the site file.
        make_source: Makes the source of each connection.
        clocks: Time and chance.
        stream: Which of several it is, for the log.

    Attributes:
        counters: Of all connections; written by the thread that calls `run`.
    """

    def __init__(
        self,
        config: CameraConfig,
        make_source: SourceFactory,
        clocks: CameraClocks,
        *,
        stream: str = "",
    ) -> None:
        self.counters = CameraCounters()
        self._config = config
        self._make_source = make_source
        self._stream = stream
        self._backoff = Backoff(clocks.random)
        self._repeats = RepeatedLog(_log, clocks.monotonic)
        self._made = 0

    def run(
        self,
        should_close: Stop,
        sink: AttemptSink,
        on_fault: Callable[[IngestError | None], None] = lambda _: None,
    ) -> float:
        """One connection, until it ends; returns the seconds to wait before the next.

        `on_fault` hears why it ended, if not by `should_close`; None: a fault of ours.
        """
        self.counters.reconnects += self._made > 0
        self._made += 1
        try:
            source = self._make_source(self._config, session=sink.session, counters=self.counters)
            source.run(should_close, sink)
        except IngestError as error:
            on_fault(error)
            return self._failed(error, sink)
        except Exception as error:  # the stream's supervisor: other cameras must not notice
            on_fault(None)
            return self._broke(error)
        return 0.0

    def warn(self, reason: str) -> None:
        """Say what is wrong with an open stream, as seldom as any fault."""
        text = f"camera {self._config.id}: {self._stream}{reason}"
        self._repeats.warning(text, self._config.id)

    def _failed(self, error: IngestError, sink: AttemptSink) -> float:
        is_stall = isinstance(error, SourceStalledError)
        self.counters.stalls += is_stall
        self._repeats.warning(f"{self._stream}{error}", self._config.id)
        if not error.retryable:
            return SLOW_RETRY_S
        if sink.streamed_s >= GOOD_STREAM_S:
            self._backoff.reset()
        has_waited = error.fault is Fault.TIMEOUT or (is_stall and sink.streamed_s > 0)
        return self._backoff.brief_s() if has_waited else self._backoff.next_s()

    def _broke(self, error: Exception) -> float:
        trace = redact_for(self._config, os.environ, "".join(traceback.format_exception(error)))
        text = f"camera {self._config.id}: {self._stream}a fault of ours\n{trace}"
        self._repeats.error(text, self._config.id)
        return SLOW_RETRY_S
