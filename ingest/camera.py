"""One camera: its thread, its state, its retries, its packets."""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Callable
from dataclasses import replace
from threading import Event, Lock, Thread
from uuid import uuid4

from ingest.address import redact_for
from ingest.backoff import Backoff
from ingest.camera_settings import CameraCallbacks, CameraClocks, CameraSettings, SourceFactory
from ingest.config import CameraConfig
from ingest.connection import Connection
from ingest.consent import CHECK_S, ConsentGate
from ingest.counters import CameraCounters
from ingest.errors import Fault, IngestError, SourceStalledError
from ingest.footage import Footage
from ingest.frame import CameraId, Frame, FrameUse
from ingest.repeats import RepeatedLog
from ingest.sessions import SessionRings
from ingest.source import RtspSource
from ingest.status import CameraState, CameraStatus
from ingest.told_status import ToldStatus

_log = logging.getLogger(__name__)

SLOW_RETRY_S = 60.0
"""Between attempts where only a person can help: a wrong password, for which cameras lock the
account if asked too often, nothing to decode, or a fault of ours."""

GOOD_STREAM_S = 5.0
"""A stream that lasted this long was good: the back-off begins again."""

STOP_S = 3.0
"""Longest a stopped thread may take: a blocked read ends within about 0.1 s, but a name
being resolved cannot be interrupted. The thread is a daemon, so it does not outlive us."""


class Camera:
    """Keeps one camera open on a thread of its own, within its consent, until stopped.

    Args:
        config: The camera's entry of the site file.
        callbacks: Whom to tell.
        settings: What all cameras share.
        clocks: Time and chance.
        make_source: Makes the source of each connection.
        wait: Waits so many seconds or until stopped; by default on the stop itself.
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
        self._make_source = make_source
        self._stop = Event()
        self._wait = wait or self._stop.wait
        self._counters = CameraCounters()
        self._backoff = Backoff(clocks.random)
        self._repeats = RepeatedLog(_log, clocks.monotonic)
        self._gate = ConsentGate(config, settings.zone, now=clocks.now, monotonic=clocks.monotonic)
        self._rings = SessionRings(
            config,
            span_s=settings.span_s,
            max_bytes=settings.max_bytes,
            monotonic=clocks.monotonic,
        )
        self._status = ToldStatus(self.camera_id, now=clocks.now, on_status=callbacks.on_status)
        self._latest_lock = Lock()
        self._latest: Frame | None = None
        self._attempts = 0
        self._thread: Thread | None = None

    def start(self) -> None:
        """Start the camera's thread; once."""
        if self._thread is None:
            self._thread = Thread(target=self.run, name=f"camera-{self.camera_id}", daemon=True)
            self._thread.start()

    def request_stop(self) -> None:
        """Tell the thread to end, without waiting for it."""
        self._stop.set()

    def stop(self, deadline_s: float = STOP_S) -> None:
        """End the thread and wait for it; may be called twice."""
        self.request_stop()
        if self._thread is not None:
            self._thread.join(deadline_s)
            if self._thread.is_alive():
                _log.error(
                    "camera %s did not stop in %.1f s",
                    self.camera_id,
                    deadline_s,
                    extra={"action": "camera-stuck", "camera_id": self.camera_id},
                )

    @property
    def is_stopping(self) -> bool:
        """Whether the thread has been told to end."""
        return self._stop.is_set()

    @property
    def status(self) -> CameraStatus:
        """The camera's state now."""
        return self._status.present

    @property
    def counters(self) -> CameraCounters:
        """A copy of the totals since the start."""
        return replace(self._counters)

    def latest_frame(self) -> Frame | None:
        """The last frame decoded for a look while the camera may be watched, masks filled in."""
        with self._latest_lock:
            return self._latest

    def position(self, session: str) -> float | None:
        """The latest `time_s` of packets held; None when that session is over."""
        return self._rings.position_s(session)

    def footage(self, session: str, from_s: float, to_s: float) -> Footage:
        """Packets from the keyframe at or before `from_s` to `to_s`, also of the last session.

        Raises:
            FootageGoneError: the session expired, or nothing is held of that time.
        """
        return self._rings.footage(session, from_s, to_s)

    def run(self) -> None:
        """Open, read and retry until stopped; the thread's function."""
        while not self._stop.is_set():
            self._rings.expire()
            wait_s = self._attempt() if not self._should_close() else self._stay_closed()
            if not self._stop.is_set():
                self._wait(wait_s)

    def _should_close(self) -> bool:
        """Whether to stop or consent ran out; asked often while a read is blocked."""
        return self._stop.is_set() or not self._gate.is_open()

    def _stay_closed(self) -> float:
        with self._latest_lock:
            self._latest = None
        self._status.tell(CameraState.CLOSED_BY_CONSENT)
        return CHECK_S

    def _attempt(self) -> float:
        """One connection; returns the seconds to wait before the next."""
        self._counters.reconnects += self._attempts > 0
        self._attempts += 1
        connection = Connection(
            uuid4().hex,
            rings=self._rings,
            on_frame=self._on_frame,
            monotonic=self._clocks.monotonic,
        )
        try:
            source = self._make_source(
                self.config, session=connection.session, counters=self._counters
            )
            source.run(self._should_close, connection)
        except IngestError as error:
            return self._failed(error, connection)
        except Exception as error:  # the camera's supervisor: other cameras must not notice
            return self._broke(error)
        finally:
            self._end(connection)
        return 0.0

    def _on_frame(self, frame: Frame) -> None:
        self._status.tell(CameraState.STREAMING)
        with self._latest_lock:
            self._latest = frame
        if frame.use is not FrameUse.GLANCE:
            self._callbacks.on_frame(frame)

    def _failed(self, error: IngestError, connection: Connection) -> float:
        is_stall = isinstance(error, SourceStalledError)
        self._counters.stalls += is_stall
        self._repeats.warning(str(error), self.camera_id)
        self._status.tell(CameraState.STALLED if is_stall else CameraState.OFFLINE, error.fault)
        if not error.retryable:
            return SLOW_RETRY_S
        if connection.streamed_s >= GOOD_STREAM_S:
            self._backoff.reset()
        return self._backoff.next_s()

    def _broke(self, error: Exception) -> float:
        trace = redact_for(self.config, os.environ, "".join(traceback.format_exception(error)))
        _log.error(
            "camera %s: a fault of ours\n%s",
            self.camera_id,
            trace,
            extra={"action": "camera-broke", "camera_id": self.camera_id},
        )
        self._status.tell(CameraState.OFFLINE, Fault.OPEN)
        return SLOW_RETRY_S

    def _end(self, connection: Connection) -> None:
        self._rings.end()
        if connection.is_opened:
            self._callbacks.on_session_end(self.camera_id, connection.session, connection.last)
