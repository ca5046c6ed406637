"""One camera: its thread, its state, its retries, its packets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from uuid import uuid4

import av

from ingest.attempts import Attempts
from ingest.camera_settings import CameraCallbacks, CameraClocks, CameraSettings, SourceFactory
from ingest.camera_thread import STOP_S, CameraThread
from ingest.config import CameraConfig
from ingest.connection import Connection
from ingest.consent import CHECK_S, ConsentGate
from ingest.counters import CameraCounters
from ingest.errors import Fault, IngestError, SourceStalledError
from ingest.evidence_streams import EvidenceStreams
from ingest.footage import Footage
from ingest.frame import CameraId, Frame, FrameUse
from ingest.main_stream import MainStream
from ingest.sessions import SessionRings
from ingest.source import RtspSource
from ingest.status import CameraState, CameraStatus
from ingest.told_status import ToldStatus


class Camera:
    """Keeps one camera open on a thread of its own, within its consent, until stopped.

    Where it has a sub-stream, that is what this thread reads, and what the camera's state is
    about: a second thread keeps the main stream's packets for evidence. The main stream is never
    analysed instead: it would take several times the share of the machine that was planned for.

    Args:
        config: The camera's entry of the site file.
        callbacks: Whom to tell.
        settings: What all cameras share.
        clocks: Time and chance.
        make_source: Makes the source of each connection.
        wait: Waits so many seconds or until stopped; by default on the stop itself.

    Attributes:
        main: The main stream's keeper, where there is a sub-stream.
        evidence: Where clips and pictures come from.
    """

    def __init__(
        self,
        config: CameraConfig,
        *,
        callbacks: CameraCallbacks,
        settings: CameraSettings,
        clocks: CameraClocks | None = None,
        make_source: SourceFactory = RtspSource,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self.camera_id = CameraId(config.id)
        self.config = config
        self._callbacks = callbacks
        self._clocks = clocks = clocks or CameraClocks()
        self._thread = CameraThread(self.run, f"camera-{self.camera_id}")
        self._wait = wait or self._thread.stopping.wait
        self._attempts = Attempts(config, make_source, clocks)
        self._gate = ConsentGate(config, settings.zone, now=clocks.now, monotonic=clocks.monotonic)
        self._rings = SessionRings(
            config,
            span_s=settings.span_s,
            max_bytes=settings.max_bytes,
            monotonic=clocks.monotonic,
        )
        self.main = (
            MainStream(config, settings=settings, clocks=clocks) if config.has_substream else None
        )
        self.evidence = EvidenceStreams(self._rings, self.main.rings if self.main else None)
        self._status = ToldStatus(self.camera_id, now=clocks.now, on_status=callbacks.on_status)
        self._latest_lock = Lock()
        self._latest: Frame | None = None

    def start(self) -> None:
        """Start the camera's threads; once."""
        for thread in self._threads:
            thread.start()

    def request_stop(self) -> None:
        """Tell the threads to end, without waiting for them."""
        for thread in self._threads:
            thread.stopping.set()

    def stop(self, deadline_s: float = STOP_S) -> None:
        """End the threads and wait for them; may be called twice."""
        self.request_stop()
        for thread in self._threads:
            thread.stop(deadline_s)

    @property
    def is_stopping(self) -> bool:
        """Whether the threads have been told to end."""
        return self._thread.stopping.is_set()

    @property
    def thread_names(self) -> tuple[str, ...]:
        """Of the threads that run from `start` to `stop`."""
        return tuple(thread.name for thread in self._threads)

    @property
    def _threads(self) -> list[CameraThread]:
        return [self._thread] if self.main is None else [self._thread, self.main.thread]

    @property
    def status(self) -> CameraStatus:
        """The camera's state now."""
        return self._status.present

    @property
    def counters(self) -> CameraCounters:
        """A copy of the totals since the start."""
        return replace(self._attempts.counters)

    def latest_frame(self) -> Frame | None:
        """The last frame decoded for a look while the camera may be watched, masks filled in."""
        with self._latest_lock:
            return self._latest

    def position(self, session: str) -> float | None:
        """As `EvidenceStreams.position`."""
        return self.evidence.position(session)

    def footage(self, session: str, from_s: float, to_s: float) -> Footage:
        """As `EvidenceStreams.footage`; raises FootageGoneError."""
        return self.evidence.footage(session, from_s, to_s)

    def is_still_due(self, session: str, time_s: float) -> bool:
        """As `EvidenceStreams.is_still_due`."""
        return self.evidence.is_still_due(session, time_s)

    def still(self, session: str, time_s: float) -> av.VideoFrame | None:
        """As `EvidenceStreams.still`."""
        return self.evidence.still(session, time_s)

    def run(self) -> None:
        """Open, read and retry until stopped; the thread's function."""
        while not self._thread.stopping.is_set():
            self._rings.expire()
            wait_s = self._attempt() if not self._should_close() else self._stay_closed()
            if not self._thread.stopping.is_set():
                self._wait(wait_s)

    def _should_close(self) -> bool:
        """Whether to stop or consent ran out; asked often while a read is blocked."""
        return self._thread.stopping.is_set() or not self._gate.is_open()

    def _stay_closed(self) -> float:
        with self._latest_lock:
            self._latest = None
        self._status.tell(CameraState.CLOSED_BY_CONSENT)
        return CHECK_S

    def _attempt(self) -> float:
        """One connection; returns the seconds to wait before the next."""
        connection = Connection(
            uuid4().hex,
            rings=self._rings,
            on_frame=self._on_frame,
            on_blind=self._on_blind,
            monotonic=self._clocks.monotonic,
        )
        try:
            return self._attempts.run(self._should_close, connection, self._on_fault)
        finally:
            self._end(connection)

    def _on_frame(self, frame: Frame) -> None:
        self._status.tell(CameraState.STREAMING)
        with self._latest_lock:
            self._latest = frame
        if frame.use is not FrameUse.GLANCE:
            self._callbacks.on_frame(frame)

    def _on_blind(self, reason: str) -> None:
        self._attempts.warn(reason)
        self._status.tell(CameraState.STALLED, Fault.STALLED)

    def _on_fault(self, error: IngestError | None) -> None:
        is_stall = isinstance(error, SourceStalledError)
        state = CameraState.STALLED if is_stall else CameraState.OFFLINE
        self._status.tell(state, Fault.OPEN if error is None else error.fault)

    def _end(self, connection: Connection) -> None:
        self._rings.end()
        if connection.is_opened:
            self._callbacks.on_session_end(self.camera_id, connection.session, connection.last)
