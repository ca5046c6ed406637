"""Live sources: one function each, run until error or stop; retry is the camera's."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Protocol

import av
from av import error as libav

from ingest.address import resolve_address
from ingest.clock import PacketTime
from ingest.config import CameraConfig
from ingest.counters import CameraCounters
from ingest.decoding import FrameDecoder
from ingest.errors import Fault, IngestError, SourceStalledError, StreamEndedError
from ingest.faults import explain
from ingest.frame import Frame, FrameUse
from ingest.gate_hold import GateHold
from ingest.gated_decoding import GatedDecoder
from ingest.interrupt import interruptible
from ingest.motion_gate import MotionGate
from ingest.ring import StoredPacket
from ingest.rtsp_input import open_rtsp
from ingest.stream_format import StreamFormat
from ingest.video_input import VideoInput, VideoPacket

Stop = Callable[[], bool]
"""Whether to end now; asked often, also while a read is blocked, so it must be cheap."""

KEYFRAME_WAIT_S = 10.0
"""Longer groups of pictures exist; then decoding begins without a keyframe after all."""


class Sink(Protocol):
    """Where a source hands what it reads; called in the source's thread, must not block."""

    def opened(self, stream: StreamFormat) -> None:
        """The stream is open."""

    def packet(self, packet: StoredPacket) -> None:
        """A compressed packet arrived, from the first keyframe on."""

    def frame(self, frame: Frame) -> None:
        """A frame was decoded; `frame.use` says what for."""


class FrameSource(Protocol):
    """One connection to a camera."""

    def run(self, should_stop: Stop, sink: Sink) -> None:
        """Read until `should_stop()`.

        Raises:
            IngestError: it could not be opened, ended, or nothing arrived.
        """


class RtspSource:
    """One RTSP connection; video only, over TCP or UDP as the camera's settings say.

    Without `hold`, or with the camera's `gate: off`, every packet is decoded: a gate that the
    analysis cannot hold open would lose who stands still.
    """

    def __init__(
        self,
        camera: CameraConfig,
        *,
        session: str,
        counters: CameraCounters,
        hold: GateHold | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._camera = camera
        self._session = session
        self._counters = counters
        self._hold = hold
        self._now = now
        self._monotonic = monotonic

    def run(self, should_stop: Stop, sink: Sink) -> None:
        """Read until `should_stop()`, also when a read is blocked.

        Raises:
            IngestError: see `FrameSource`; credentials are nowhere in it.
        """
        try:
            with interruptible(should_stop):
                self._run(should_stop, sink)
        except IngestError:
            if not should_stop():  # a read that was interrupted is no fault
                raise

    def _run(self, should_stop: Stop, sink: Sink) -> None:
        address = resolve_address(self._camera, os.environ)
        with open_rtsp(self._camera, address) as video:
            sink.opened(video.format)
            decoder = self._decoder(video)
            try:
                self._read(video, decoder, should_stop, sink)
            except StreamEndedError:
                self._hand_over(decoder.flush(), sink)
                raise

    def _decoder(self, video: VideoInput) -> FrameDecoder | GatedDecoder:
        decoder = FrameDecoder(video, self._camera, session=self._session, counters=self._counters)
        if self._hold is None or self._camera.gate == "off":
            return decoder
        return GatedDecoder(decoder, MotionGate(self._session, self._hold), self._counters)

    def _read(
        self, video: VideoInput, decoder: FrameDecoder | GatedDecoder, should_stop: Stop, sink: Sink
    ) -> None:
        packets = video.packets()
        gate = _KeyframeGate(self._monotonic())
        while not should_stop():
            packet = self._next(packets)
            if gate.lets_pass(packet, self._monotonic()):
                self._take(packet, decoder, sink)
            else:
                self._counters.discarded += 1

    def _next(self, packets: Iterator[VideoPacket]) -> VideoPacket:
        asked_s, began_cpu_s = self._monotonic(), time.thread_time()
        reason = "the stream ended"
        try:
            packet = next(packets, None)
        except libav.ExitError:
            raise self._stalled() from None
        except av.FFmpegError as error:
            packet, reason = None, f"the stream broke: {explain(error)}"
        finally:
            self._counters.demux_cpu_s += time.thread_time() - began_cpu_s
        # At its time-out libav first hands over the piece of a picture it holds.
        if self._monotonic() - asked_s >= self._camera.read_timeout_s:
            raise self._stalled()
        if packet is None:
            raise StreamEndedError(reason, camera_id=self._camera.id, fault=Fault.ENDED)
        return packet

    def _stalled(self) -> SourceStalledError:
        text = f"nothing arrived for {self._camera.read_timeout_s:g} s"
        return SourceStalledError(text, camera_id=self._camera.id, fault=Fault.STALLED)

    def _take(self, packet: VideoPacket, decoder: FrameDecoder | GatedDecoder, sink: Sink) -> None:
        captured_at = self._now()
        self._counters.packets += 1
        self._counters.bytes += packet.size
        times = decoder.stamp(packet)
        sink.packet(_stored(packet, times))
        self._hand_over(decoder.decode(packet, times, captured_at), sink)

    def _hand_over(self, frames: Iterable[Frame], sink: Sink) -> None:
        for frame in frames:
            self._counters.frames_analysed += frame.use is not FrameUse.GLANCE
            sink.frame(frame)


class _KeyframeGate:
    """Holds packets back until the first keyframe: before it nothing can be decoded."""

    def __init__(self, opened_s: float) -> None:
        self._opened_s = opened_s
        self._is_open = False

    def lets_pass(self, packet: VideoPacket, now_s: float) -> bool:
        waited_s = now_s - self._opened_s
        self._is_open = self._is_open or packet.is_keyframe or waited_s > KEYFRAME_WAIT_S
        return self._is_open


def _stored(packet: VideoPacket, times: PacketTime) -> StoredPacket:
    return StoredPacket(
        payload=bytes(packet),
        time_s=times.time_s,
        decode_s=times.decode_s,
        is_keyframe=packet.is_keyframe,
    )
