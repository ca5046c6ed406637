"""The packets that a resting camera keeps: what it takes to decode forward once it wakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest.clock import PacketTime
from ingest.video_input import VideoPacket

MOST_PACKETS = 600
"""Of a group: four seconds at 150 frames a second; more, and the timestamps cannot be right."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arrived:
    """A packet, its time in the session, and when it came."""

    packet: VideoPacket
    times: PacketTime
    captured_at: datetime | None


class KeptGroups:
    """Two groups of packets: from the last keyframe looked at on, and the one before."""

    def __init__(self) -> None:
        self._before: list[Arrived] = []
        self._group: list[Arrived] = []

    @property
    def since_s(self) -> float:
        """Time of the last keyframe looked at; there must be one."""
        return self._group[0].times.time_s

    @property
    def ahead(self) -> int:
        """Packets kept from before that keyframe."""
        return len(self._before)

    @property
    def is_full(self) -> bool:
        """Whether the present group has got too long to be kept."""
        return len(self._group) >= MOST_PACKETS

    def begin(self, key: Arrived) -> Sequence[Arrived]:
        """A keyframe to be looked at begins a group; returns the packets no longer kept."""
        gone, self._before, self._group = self._before, self._group, [key]
        return gone

    def add(self, arrived: Arrived) -> None:
        """A packet of the present group."""
        self._group.append(arrived)

    def take(self) -> Sequence[Arrived]:
        """All packets kept, in decoding order; then none are."""
        taken = (*self._before, *self._group)
        self._before, self._group = [], []
        return taken
