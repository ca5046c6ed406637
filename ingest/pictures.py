"""Decode stored packets again, for snapshots asked for late and for masked clips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import av
from av.stream import Stream

from ingest.ring import StoredPacket
from ingest.stream_format import StreamFormat

TICKS_HZ = 90_000
"""RTP's clock for video, so that times survive the way back exactly."""

TIME_BASE = Fraction(1, TICKS_HZ)


def decode_stored(
    stream: StreamFormat, packets: Iterable[StoredPacket]
) -> Iterator[tuple[float, av.VideoFrame]]:
    """Each picture with its `time_s`, in the order shown; broken packets are passed over."""
    decoder = stream.decoder()
    for packet in (*map(_packet, packets), None):
        try:
            pictures = decoder.decode(packet)
        except av.FFmpegError:
            continue
        for picture in pictures:
            picture.time_base = TIME_BASE
            yield (picture.pts or 0) / TICKS_HZ, picture


def _packet(stored: StoredPacket) -> av.Packet[Stream]:
    packet = av.Packet(stored.payload)
    packet.time_base = TIME_BASE
    packet.pts = round(stored.time_s * TICKS_HZ)
    packet.dts = round(stored.decode_s * TICKS_HZ)
    packet.is_keyframe = stored.is_keyframe
    return packet
