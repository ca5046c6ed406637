"""Live sources: one function each, run until error or stop; retry is the camera's."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import takewhile
from typing import Protocol

from ingest.address import resolve_analysed
from ingest.attention import attention_of
from ingest.clock import PacketTime
from ingest.config import CameraConfig
from ingest.counters import CameraCounters
from ingest.decoding import FrameDecoder
from ingest.errors import Fault, IngestError, SourceStalledError, StreamEndedError
from ingest.frame import Frame, FrameUse, Wh
from ingest.gate_hold import GateHold
from ingest.gated_decoding import GatedDecoder
from ingest.hardware_decoding import with_chosen_decoder
from ingest.interrupt import interruptible
from ingest.live_packets import LivePackets
from ingest.motion_gate import MotionGate
from ingest.packet_reader import PacketReader
from ingest.picture_watch import KEYFRAME_WAIT_S, PictureWatch, Sight
from ingest.ring import StoredPacket
from ingest.rtsp_input import open_rtsp
from ingest.stream_format import StreamFormat
from ingest.video_input import VideoInput, VideoPacket

Stop = Callable[[], bool]
"""Whether to end now; asked often, also while a read is blocked, so it must be cheap."""


class Sink(Protocol):
    """Where a source hands what it reads; called in the source's thread, must not block."""

    def opened(self, stream: StreamFormat) -> None:
        """The stream is open."""

    def packet(self, packet: StoredPacket) -> None:
        """A compressed packet arrived, from the first keyframe on."""

    def frame(self, frame: Frame) -> None:
        """A frame was decoded; `frame.use` says what for."""

    def blind(self, reason: str) -> None:
        """Packets arrive, but for long no picture came of them; a frame ends it."""


class FrameSource(Protocol):
    """One connection to a camera."""

    def run(self, should_stop: Stop, sink: Sink) -> None:
        """Read until `should_stop()`.

        Raises:
            IngestError: it could not be opened, ended, or nothing arrived.
        """


class RtspSource:
    """One RTSP connection; video only, over TCP or UDP as the camera's settings say.

    Reads the sub-stream of a camera that has one.

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
        self._wh: Wh | None = None

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
        with open_rtsp(self._camera, self._address()) as video:
            sink.opened(video.format)
            reader = self._reader(video)
            try:
                self._read(video, reader, should_stop, sink)
            except StreamEndedError:
                self._hand_over(reader.flush(), sink)
                raise

    def _address(self) -> str:
        return resolve_analysed(self._camera, os.environ)

    def _reader(self, video: VideoInput) -> PacketReader:
        chosen = with_chosen_decoder(video, self._camera, self._counters)
        decoder = FrameDecoder(chosen, self._camera, session=self._session, counters=self._counters)
        if self._hold is None or self._camera.gate == "off":
            return decoder
        gate = MotionGate(self._session, self._hold)
        attention = attention_of(self._camera, self._session, self._hold)
        return GatedDecoder(decoder, gate, self._counters, attention)

    def _read(self, video: VideoInput, reader: PacketReader, should_stop: Stop, sink: Sink) -> None:
        packets = LivePackets(video, self._camera, self._counters, monotonic=self._monotonic)
        watch = PictureWatch(self._monotonic(), self._camera.read_timeout_s)
        while not should_stop():
            packet = packets.next()
            if watch.lets_pass(packets.arrived_s, is_keyframe=packet.is_keyframe):
                times = self._take(packet, packets.arrived_s, reader, sink, should_stop)
                self._act_on(watch.look(self._monotonic(), reader.barren), sink)
                packets.let_queue(packet, times.decode_s, reader.patience_s)
            else:
                self._counters.discarded += 1

    def _take(
        self,
        packet: VideoPacket,
        arrived_s: float,
        reader: PacketReader,
        sink: Sink,
        should_stop: Stop,
    ) -> PacketTime:
        captured_at = self._now()
        self._counters.packets += 1
        self._counters.bytes += packet.size
        times = reader.stamp(packet)
        sink.packet(_stored(packet, times, arrived_s))
        frames = reader.decode(packet, times, captured_at)
        self._hand_over(takewhile(lambda _: not should_stop(), frames), sink)
        return times

    def _hand_over(self, frames: Iterable[Frame], sink: Sink) -> None:
        for frame in frames:
            self._counters.frames_analysed += frame.use is not FrameUse.GLANCE
            self._hand_on(frame, sink)

    def _hand_on(self, frame: Frame, sink: Sink) -> None:
        """Boxes and tracks are in pixels: pictures of another size are another session."""
        if self._wh not in (None, frame.wh):
            text = f"the size of the picture changed from {self._wh} to {frame.wh}"
            raise StreamEndedError(text, camera_id=self._camera.id, fault=Fault.ENDED)
        self._wh = frame.wh
        sink.frame(frame)

    def _act_on(self, sight: Sight, sink: Sink) -> None:
        if sight is Sight.BLIND:
            sink.blind(f"no keyframe for {KEYFRAME_WAIT_S:g} s")
        elif sight is Sight.LOST:
            text = "packets arrive, but no picture comes of them"
            raise SourceStalledError(text, camera_id=self._camera.id, fault=Fault.STALLED)


def _stored(packet: VideoPacket, times: PacketTime, arrived_s: float) -> StoredPacket:
    return StoredPacket(
        payload=bytes(packet),
        time_s=times.time_s,
        decode_s=times.decode_s,
        is_keyframe=packet.is_keyframe,
        arrived_s=arrived_s,
    )
