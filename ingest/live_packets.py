"""The packets of one live connection: read as they come, or several at one waking."""

from __future__ import annotations

import time
from collections.abc import Callable

import av
from av import error as libav

from ingest.config import CameraConfig
from ingest.counters import CameraCounters
from ingest.errors import Fault, SourceStalledError, StreamEndedError
from ingest.faults import explain
from ingest.read_pace import ReadPace
from ingest.video_input import VideoInput, VideoPacket

MEASURED = 7
"""One read in so many is measured, and counts for all of them: asking for a thread's time costs
3 µs, thirty times the time of day. No usual keyframe distance is a multiple of it."""


class LivePackets:
    """Reads one open connection, and says how it failed.

    Attributes:
        arrived_s: Monotonic time at which the last packet was read.
    """

    def __init__(
        self,
        video: VideoInput,
        camera: CameraConfig,
        counters: CameraCounters,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._packets = video.packets()
        self._camera = camera
        self._counters = counters
        self._monotonic = monotonic
        self._sleep = sleep
        self._pace = ReadPace()
        # What nobody takes is lost over UDP; over TCP it waits. Two streams of a camera are set
        # against each other by when their packets arrive.
        self._may_queue = camera.transport == "tcp" and not camera.has_substream
        self._reads = 0
        self._waited_s = 0.0
        self._reason = "the stream ended"
        self.arrived_s = monotonic()

    def next(self) -> VideoPacket:
        """Wait for the next packet.

        Raises:
            SourceStalledError: nothing arrived for the camera's `read_timeout_s`.
            StreamEndedError: it ended, or broke.
        """
        asked_s = self._monotonic()
        packet = self._measured() if self._reads % MEASURED == 0 else self._read()
        self._reads += 1
        self.arrived_s = self._monotonic()
        self._waited_s = self.arrived_s - asked_s
        # At its time-out libav first hands over the piece of a picture it holds.
        if self._waited_s >= self._camera.read_timeout_s:
            raise self.stalled()
        if packet is None:
            raise StreamEndedError(self._reason, camera_id=self._camera.id, fault=Fault.ENDED)
        return packet

    def _measured(self) -> VideoPacket | None:
        began_s = time.thread_time()
        try:
            return self._read()
        finally:
            self._counters.demux_cpu_s += MEASURED * (time.thread_time() - began_s)

    def _read(self) -> VideoPacket | None:
        try:
            return next(self._packets, None)
        except libav.ExitError:
            raise self.stalled() from None
        except av.FFmpegError as error:
            self._reason = f"the stream broke: {explain(error)}"
            return None

    def let_queue(self, packet: VideoPacket, decode_s: float, patience_s: float) -> None:
        """Sleep, if nothing is queued by now, while packets queue up.

        Args:
            packet: The last one.
            decode_s: Its time in the session.
            patience_s: How long nobody needs another one.
        """
        self._pace.read(
            self.arrived_s, waited_s=self._waited_s, decode_s=decode_s, size=packet.size
        )
        pause_s = self._pace.pause_s(patience_s) if self._may_queue else 0.0
        if pause_s > 0:
            self._counters.pauses += 1
            self._sleep(pause_s)

    def stalled(self) -> SourceStalledError:
        """The error to raise when nothing arrives."""
        text = f"nothing arrived for {self._camera.read_timeout_s:g} s"
        return SourceStalledError(text, camera_id=self._camera.id, fault=Fault.STALLED)
