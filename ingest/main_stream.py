"""A camera's main stream beside the analysis of its sub-stream: its packets, for evidence."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from ingest.attempts import Attempts
from ingest.camera_settings import CameraClocks, CameraSettings, SourceFactory
from ingest.camera_thread import CameraThread
from ingest.config import CameraConfig
from ingest.consent import CHECK_S, ConsentGate
from ingest.counters import CameraCounters
from ingest.frame import Frame
from ingest.main_source import MainSource
from ingest.ring import StoredPacket
from ingest.sessions import SessionRings
from ingest.stream_format import StreamFormat


class MainStream:
    """Keeps the main stream open on a thread of its own, within the camera's consent.

    Whether it streams is no state of the camera: without it alerts go on, and evidence comes from
    the sub-stream.

    Attributes:
        rings: Its packets.
        thread: Starts and stops it.
    """

    def __init__(
        self,
        config: CameraConfig,
        *,
        settings: CameraSettings,
        clocks: CameraClocks,
        make_source: SourceFactory = MainSource,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self.thread = CameraThread(self.run, f"camera-{config.id}-main")
        self.rings = SessionRings(
            config,
            span_s=settings.span_s,
            max_bytes=settings.max_bytes,
            monotonic=clocks.monotonic,
        )
        self._wait = wait or self.thread.stopping.wait
        self._monotonic = clocks.monotonic
        self._gate = ConsentGate(config, settings.zone, now=clocks.now, monotonic=clocks.monotonic)
        self._attempts = Attempts(config, make_source, clocks, stream="main stream: ")

    @property
    def counters(self) -> CameraCounters:
        """Totals since the start."""
        return self._attempts.counters

    @property
    def is_open(self) -> bool:
        """Whether a connection has packets now."""
        return self.rings.is_present

    def run(self) -> None:
        """Open, read and retry until stopped; the thread's function."""
        while not self.thread.stopping.is_set():
            self.rings.expire()
            wait_s = CHECK_S if self._should_close() else self._attempt()
            if not self.thread.stopping.is_set():
                self._wait(wait_s)

    def _should_close(self) -> bool:
        return self.thread.stopping.is_set() or not self._gate.is_open()

    def _attempt(self) -> float:
        sink = _Kept(self.rings, self._attempts.warn, self._monotonic)
        try:
            return self._attempts.run(self._should_close, sink)
        finally:
            self.rings.end()


class _Kept:
    """One connection: a sink that files packets."""

    def __init__(
        self,
        rings: SessionRings,
        on_blind: Callable[[str], None],
        monotonic: Callable[[], float],
    ) -> None:
        self.session = uuid4().hex
        self._rings = rings
        self._on_blind = on_blind
        self._monotonic = monotonic
        self._first_s: float | None = None

    def opened(self, stream: StreamFormat) -> None:
        self._rings.begin(self.session, stream)

    def packet(self, packet: StoredPacket) -> None:
        if self._first_s is None:
            self._first_s = self._monotonic()
        self._rings.push(packet)

    def frame(self, frame: Frame) -> None:
        raise AssertionError(f"a main stream is not decoded, but frame {frame.at.number} came")

    def blind(self, reason: str) -> None:
        self._on_blind(reason)

    @property
    def streamed_s(self) -> float:
        return 0.0 if self._first_s is None else self._monotonic() - self._first_s
