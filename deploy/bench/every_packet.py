"""What a camera costs where motion decides what is analysed, but everything is decoded.

Most video recorders do so. It stands beside `ingest.gated_decoding.GatedDecoder`, with the same
methods, only to show what keyframes alone are worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from time import thread_time

from ingest import gated_decoding
from ingest.attention import Attention
from ingest.clock import PacketTime
from ingest.counters import CameraCounters
from ingest.decoding import FrameDecoder
from ingest.frame import Frame, FrameUse
from ingest.luma import tiny_luma
from ingest.motion_gate import MotionGate
from ingest.video_input import VideoPacket


class EveryPacketDecoder:
    """Decodes every packet; the gate looks at each frame that the sampler takes."""

    def __init__(
        self,
        decoder: FrameDecoder,
        gate: MotionGate,
        counters: CameraCounters,
        attention: Attention | None = None,
    ) -> None:
        self._decoder = decoder
        self._gate = gate
        self._counters = counters
        self._attention = attention
        self._analysed_s = 0.0

    def stamp(self, packet: VideoPacket) -> PacketTime:
        """The packet's time in the session; call for each packet, in decoding order."""
        return self._decoder.stamp(packet)

    def decode(
        self, packet: VideoPacket, times: PacketTime, captured_at: datetime | None = None
    ) -> Iterator[Frame]:
        """The frames that this packet lets go, live ones or glances."""
        return self._judged(self._decoder.decode(packet, times, captured_at))

    def flush(self) -> Iterator[Frame]:
        """The frames still held at the end of a file."""
        return self._judged(self._decoder.flush())

    @property
    def barren(self) -> int:
        """Packets decoded since the last picture."""
        return self._decoder.barren

    @property
    def patience_s(self) -> float:
        """How long nobody needs another packet."""
        return self._decoder.patience_s

    def _judged(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        for frame in frames:
            began_s = thread_time()
            self._gate.update(tiny_luma(frame.picture), frame.at.time_s)
            self._counters.gate_cpu_s += thread_time() - began_s
            yield self._directed(frame) if self._is_wanted(frame) else self._glance(frame)

    def _directed(self, frame: Frame) -> Frame:
        if self._attention is None:
            return frame
        return self._attention.direct(frame, self._gate.moves_at(frame.at.time_s))

    def _is_wanted(self, frame: Frame) -> bool:
        time_s = frame.at.time_s
        is_watched = self._gate.is_watched(time_s)
        least_s = gated_decoding.WATCHED_LOOK_S if is_watched else gated_decoding.HEARTBEAT_S
        is_due = time_s - self._analysed_s >= least_s
        if not self._gate.is_open(time_s) and not is_due:
            return False
        self._counters.heartbeats += not self._gate.is_open(time_s)
        self._analysed_s = time_s
        return True

    def _glance(self, frame: Frame) -> Frame:
        self._counters.frames_glanced += 1
        return replace(frame, use=FrameUse.GLANCE)
