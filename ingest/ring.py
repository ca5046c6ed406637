"""The compressed packets of a session's last seconds, for clips that begin before the alert."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from threading import Lock

PACKET_OVERHEAD_BYTES = 200
"""What an object around the payload costs, so that tiny packets are bounded as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPacket:
    """One compressed packet, independent of the container it came from.

    A packet of libav refers to its stream, which is gone once a reconnect closed it.

    Attributes:
        arrived_s: When its last byte was demuxed, on this machine's monotonic clock: what two
            streams of one camera have in common.
    """

    payload: bytes
    time_s: float
    decode_s: float
    is_keyframe: bool
    arrived_s: float = 0.0


class PacketRing:
    """Packets of one session, beginning at a keyframe; drops the oldest group of pictures.

    The oldest group goes once those after it cover `span_s`, or when the ring holds more
    than `max_bytes`; a single group larger than that goes whole, and the ring begins again
    at the next keyframe.
    """

    def __init__(self, *, span_s: float = 12.0, max_bytes: int = 16_000_000) -> None:
        self._span_s = span_s
        self._max_bytes = max_bytes
        self._lock = Lock()
        self._groups: deque[list[StoredPacket]] = deque()
        self._bytes = 0
        self._dropped = 0
        self._has_begun = False

    def push(self, packet: StoredPacket) -> None:
        """Add the next packet in decoding order."""
        with self._lock:
            if packet.is_keyframe:
                self._groups.append([])
            if not self._groups:
                self._dropped += self._has_begun
                return
            self._has_begun = True
            self._groups[-1].append(packet)
            self._bytes += _cost(packet)
            self._trim(packet.time_s)

    def cut(self, from_s: float, to_s: float) -> tuple[StoredPacket, ...]:
        """Packets from the keyframe at or before `from_s` to those shown at `to_s`.

        Begins at the oldest keyframe held where `from_s` lies before it; empty where
        nothing is held from before `to_s`. Pictures shown before their keyframe need
        packets that were not taken, and are left out.
        """
        with self._lock:
            groups = [group for group in self._groups if group[0].time_s <= to_s]
            before = [i for i, group in enumerate(groups) if group[0].time_s <= from_s]
            packets = [
                packet for group in groups[before[-1] if before else 0 :] for packet in group
            ]
        first_s = packets[0].time_s if packets else 0.0
        last_s = max((p.decode_s for p in packets if p.time_s <= to_s), default=first_s)
        return tuple(p for p in packets if p.time_s >= first_s and p.decode_s <= last_s)

    @property
    def position_s(self) -> float | None:
        """The latest `time_s` held; None while empty."""
        with self._lock:
            return max((p.time_s for p in self._groups[-1]), default=None) if self._groups else None

    @property
    def zero_arrived_s(self) -> float | None:
        """When time 0 of the session would have arrived; None while empty.

        By the packet that was least delayed: of a burst or after a hiccup most come late. Only
        those held count, because the camera's clock does not run as ours does.
        """
        with self._lock:
            packets = (packet for group in self._groups for packet in group)
            return min((p.arrived_s - p.decode_s for p in packets), default=None)

    @property
    def bytes_held(self) -> int:
        """Memory the packets take, about."""
        with self._lock:
            return self._bytes

    @property
    def dropped(self) -> int:
        """Packets that left for want of bytes, and those after them until the next keyframe."""
        with self._lock:
            return self._dropped

    def _trim(self, now_s: float) -> None:
        while len(self._groups) > 1 and now_s - self._groups[1][0].time_s >= self._span_s:
            self._drop_oldest()
        while self._bytes > self._max_bytes and self._groups:
            self._dropped += len(self._groups[0])
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        self._bytes -= sum(map(_cost, self._groups.popleft()))


def _cost(packet: StoredPacket) -> int:
    return len(packet.payload) + PACKET_OVERHEAD_BYTES
