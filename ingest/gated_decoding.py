"""The decode policy: of a quiet camera only keyframes, and what led up to motion once it moves.

Packets come in groups, each beginning with a keyframe and about a second long at least. While the
gate is open every packet is decoded. At a keyframe with the gate closed the camera rests: keyframes
are decoded by themselves and looked at, the packets of this group and of the one before are kept,
older ones are skipped. When the gate opens, decoding goes forward from the oldest keyframe kept; so
the frames handed over are those of a camera that was decoded all the time, with the same numbers,
times and pixels. A session's first group is decoded whole, so that the gate learns what is usual.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from math import inf
from time import thread_time

from ingest.attention import Attention
from ingest.catch_up import TOLERANCE_S, from_motion_on
from ingest.clock import PacketTime
from ingest.counters import CameraCounters
from ingest.decoding import FrameDecoder
from ingest.frame import Frame, FrameUse
from ingest.kept_groups import Arrived, KeptGroups
from ingest.keyframe_rhythm import KeyframeRhythm
from ingest.luma import tiny_luma
from ingest.motion_gate import MotionGate
from ingest.settled_pace import SettledPace
from ingest.video_input import VideoPacket

LONGEST_GROUP_S = 4.5
"""With keyframes further apart than this, a rest would miss too much: all is decoded, and the gate
looks at every sampled frame."""

WATCHED_LOOK_S = 0.9
"""Least between two looks where somebody was just now."""

LOOK_S = 1.9
"""Least between two looks otherwise: the shortest rules ask for two seconds of presence, and what
led up to motion is caught up on. Keyframes in between are kept."""

QUEUE_S = 0.4
"""How long packets may queue up that are only kept."""

HEARTBEAT_S = 8.0
"""Longest between two analysed frames while the gate is closed, for who stands still."""


class GatedDecoder:
    """Decodes for one session what the gate asks for; the same methods as `FrameDecoder`.

    With `attention`, frames say where to look on them.
    """

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
        self._pace = SettledPace()
        self._is_resting = counters.is_resting = False
        self._kept = KeptGroups()
        self._rhythm = KeyframeRhythm()
        self._last_s = 0.0
        self._analysed_s = -inf
        self._rested_s = 0.0

    def stamp(self, packet: VideoPacket) -> PacketTime:
        """The packet's time in the session; call for each packet, in decoding order."""
        return self._decoder.stamp(packet)

    def decode(
        self, packet: VideoPacket, times: PacketTime, captured_at: datetime | None = None
    ) -> Iterator[Frame]:
        """The frames that this packet lets go: live ones, caught-up ones, or a glance."""
        arrived = Arrived(packet=packet, times=times, captured_at=captured_at)
        self._last_s = times.decode_s
        if packet.is_keyframe:
            self._rhythm.hear(times.decode_s)
        if not self._is_resting:
            if packet.is_keyframe and self._may_rest(times.time_s):
                yield from self._rest()
                yield from self._look_at_key(arrived)
            else:
                yield from self._go_on(arrived)
        elif packet.is_keyframe and self._is_time_to_look(times.time_s):
            yield from self._look_at_key(arrived)
        else:
            yield from self._keep(arrived)

    def flush(self) -> Iterator[Frame]:
        """The frames still held at the end of a file; a resting camera has none."""
        if not self._is_resting:
            yield from self._decoder.flush()

    @property
    def barren(self) -> int:
        """Packets decoded since the last picture; while the camera rests, none are."""
        return self._decoder.barren

    @property
    def patience_s(self) -> float:
        """At rest packets may queue up until a keyframe to look at is due."""
        due_s = self._rhythm.due_in_s(self._last_s)
        if not self._is_resting or due_s is None:
            return self._decoder.patience_s
        return min(QUEUE_S, due_s) if due_s > 0 else QUEUE_S

    def _is_time_to_look(self, time_s: float) -> bool:
        least_s = WATCHED_LOOK_S if self._gate.is_watched(time_s) else LOOK_S
        return time_s - self._kept.since_s >= least_s

    def _may_rest(self, time_s: float) -> bool:
        interval_s = self._rhythm.interval_s
        is_regular = interval_s is not None and interval_s <= LONGEST_GROUP_S
        return is_regular and self._decoder.trusts_pts and not self._gate.is_open(time_s)

    def _go_on(self, arrived: Arrived) -> Iterator[Frame]:
        for frame in self._decoder.decode(arrived.packet, arrived.times, arrived.captured_at):
            if self._attention is not None or self._gate.needs_look(frame.at.time_s):
                self._look(frame)
            if not self._gate.is_open(frame.at.time_s):
                yield self._heartbeat_or_glance(frame, next_s=frame.at.time_s)
            elif self._is_spared(frame.at.time_s):
                yield self._glance(frame)
            else:
                yield self._analysed(frame)

    def _rest(self) -> Iterator[Frame]:
        """What the decoder still holds; then it is at rest."""
        for frame in self._decoder.flush():
            self._look(frame)
            yield self._analysed(frame)
        self._decoder.rewind()
        self._is_resting = self._counters.is_resting = True
        self._rested_s = max(self._analysed_s, 0.0)

    def _look_at_key(self, key: Arrived) -> Iterator[Frame]:
        self._decoder.skip(gone.times.time_s for gone in self._kept.begin(key))
        frame = self._decoder.peek(key.packet, key.times, key.captured_at, ahead=self._kept.ahead)
        if frame is None:
            self._gate.keep_open(key.times.time_s)  # a keyframe that needs those before it
        else:
            self._look(frame)
        self._count_rest(key.times.time_s)
        if self._gate.is_open(key.times.time_s):
            yield from self._wake()
        elif frame is not None:
            least_s = max(self._rhythm.due_in_s(key.times.decode_s) or 0.0, LOOK_S)
            yield self._heartbeat_or_glance(frame, next_s=key.times.time_s + least_s)

    def _keep(self, arrived: Arrived) -> Iterator[Frame]:
        self._kept.add(arrived)
        time_s = arrived.times.time_s
        is_long = time_s - self._kept.since_s > LONGEST_GROUP_S or self._kept.is_full
        if self._gate.is_open(time_s) or is_long:
            self._gate.keep_open(time_s)
            self._count_rest(time_s)
            yield from self._wake()

    def _wake(self) -> Iterator[Frame]:
        """Decode forward from the oldest keyframe kept; only the last packet is live."""
        self._is_resting = self._counters.is_resting = False
        self._counters.gate_opened += 1
        *late, live = self._kept.take()
        for frame in from_motion_on(self._decoded(late), self._gate, live.times.time_s):
            self._counters.frames_caught_up += 1
            yield replace(self._analysed(frame), use=FrameUse.CAUGHT_UP)
        yield from self._go_on(live)

    def _decoded(self, packets: Iterable[Arrived]) -> Iterator[Frame]:
        for arrived in packets:
            yield from self._decoder.decode(arrived.packet, arrived.times, arrived.captured_at)

    def _heartbeat_or_glance(self, frame: Frame, *, next_s: float) -> Frame:
        """While the gate is closed; `next_s` is when the next picture comes, at the earliest."""
        longest_s = WATCHED_LOOK_S if self._gate.is_watched(frame.at.time_s) else HEARTBEAT_S
        if next_s - self._analysed_s <= longest_s + TOLERANCE_S:
            return self._glance(frame)
        self._counters.heartbeats += 1
        self._analysed_s = frame.at.time_s
        return self._decoder.hand_over(frame)

    def _is_spared(self, time_s: float) -> bool:
        settled = self._gate.is_settled(time_s)
        return self._pace.spares(time_s, analysed_s=self._analysed_s, is_settled=settled)

    def _glance(self, frame: Frame) -> Frame:
        self._counters.frames_glanced += 1
        return replace(frame, use=FrameUse.GLANCE)

    def _analysed(self, frame: Frame) -> Frame:
        self._analysed_s = frame.at.time_s
        if self._attention is None:
            return frame
        return self._attention.direct(frame, self._gate.moves_at(frame.at.time_s))

    def _look(self, frame: Frame) -> None:
        began_s = thread_time()
        self._gate.update(tiny_luma(frame.picture), frame.at.time_s)
        self._counters.gate_cpu_s += thread_time() - began_s

    def _count_rest(self, time_s: float) -> None:
        self._counters.quiet_s += max(time_s - self._rested_s, 0.0)
        self._rested_s = time_s
