"""What can be wrong with RTP on its way: pure functions over one packet."""

from __future__ import annotations

from random import Random

RTP_HEADER_BYTES = 12
SPARED_BYTES = RTP_HEADER_BYTES + 2
"""Header of RTP, and of the NAL unit with its fragment's: corruption leaves the framing alone."""

MARKER = 0x80
TICKS_HZ = 90_000
WRAP = 1 << 32
KEYFRAME_TYPES = frozenset({5, 7, 8})
"""Slices of a keyframe and the parameter sets of H.264."""

_AGGREGATE, _FRAGMENT = 24, 28
_TYPE = 0x1F


def corrupted(packet: bytes, random: Random) -> bytes:
    """The packet with one byte in twenty of its NAL unit changed, one at least."""
    spoilt = bytearray(packet)
    places = range(SPARED_BYTES, len(packet))
    for place in random.sample(places, k=min(len(places), 1 + len(places) // 20)):
        spoilt[place] ^= random.randrange(1, 256)
    return bytes(spoilt)


def shifted(packet: bytes, seconds: float) -> bytes:
    """The packet with another timestamp, as after a step of the camera's clock."""
    ticks = int.from_bytes(packet[4:8], "big") + round(seconds * TICKS_HZ)
    return packet[:4] + (ticks % WRAP).to_bytes(4, "big") + packet[8:]


def stamped(packet: bytes, ticks: int) -> bytes:
    """The packet with this timestamp."""
    return packet[:4] + (ticks % WRAP).to_bytes(4, "big") + packet[8:]


def is_of_keyframe(packet: bytes) -> bool:
    """Whether an H.264 packet carries a part of a keyframe or parameter sets."""
    if len(packet) <= SPARED_BYTES:
        return False
    kind = packet[RTP_HEADER_BYTES] & _TYPE
    if kind == _FRAGMENT:
        kind = packet[RTP_HEADER_BYTES + 1] & _TYPE
    elif kind == _AGGREGATE:
        kind = packet[RTP_HEADER_BYTES + 3] & _TYPE
    return kind in KEYFRAME_TYPES
