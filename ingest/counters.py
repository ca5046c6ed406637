"""What a camera's thread counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class CameraCounters:
    """Totals since the start, written by the camera's thread alone.

    Attributes:
        decoder: libav's name of the decoder in use; empty before the first connection.
        decoder_fallbacks: Connections on which the hardware decoder asked for did not work.
        frames_decoded: Pictures the decoder gave.
        frames_analysed: Frames handed over.
        packets: Video packets read.
        bytes: Their payload.
        discarded: Packets that came before the first keyframe of a session.
        decode_errors: Packets that could not be decoded, and pictures marked corrupt.
        clock_repairs: Timestamps that were missing, jumped or ran backwards.
        reconnects: Attempts to open after the first.
        stalls: Sessions ended because nothing arrived.
        frames_skipped: Packets never decoded, because the camera was quiet.
        frames_caught_up: Frames handed over late, on waking; counted as analysed as well.
        frames_glanced: Frames decoded, but not analysed: nothing moves, or rules only wait.
        heartbeats: Frames of a quiet camera that were analysed all the same.
        gate_opened: Times a quiet camera woke.
        quiet_s: Seconds of video while the gate was closed.
        decode_cpu_s: CPU seconds in libav's decoder.
        gate_cpu_s: CPU seconds of looks at the tiny plane.
        demux_cpu_s: CPU seconds reading packets.
        pauses: Times packets were let queue up, to be taken together.
        is_resting: Whether the camera is quiet now: only its keyframes are decoded.
    """

    decoder: str = ""
    decoder_fallbacks: int = 0
    frames_decoded: int = 0
    frames_analysed: int = 0
    packets: int = 0
    bytes: int = 0
    discarded: int = 0
    decode_errors: int = 0
    clock_repairs: int = 0
    reconnects: int = 0
    stalls: int = 0
    frames_skipped: int = 0
    frames_caught_up: int = 0
    frames_glanced: int = 0
    heartbeats: int = 0
    gate_opened: int = 0
    quiet_s: float = 0.0
    decode_cpu_s: float = 0.0
    gate_cpu_s: float = 0.0
    demux_cpu_s: float = 0.0
    pauses: int = 0
    is_resting: bool = False
