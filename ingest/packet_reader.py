"""What a source does with each packet it reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from ingest.clock import PacketTime
from ingest.frame import Frame
from ingest.video_input import VideoPacket


class PacketReader(Protocol):
    """What a source does with each packet; `FrameDecoder` and `GatedDecoder` are such."""

    @property
    def barren(self) -> int:
        """Packets decoded since the last picture that could be shown."""
        ...

    @property
    def patience_s(self) -> float:
        """How long, from the last packet's arrival on, nobody needs another one."""
        ...

    def stamp(self, packet: VideoPacket) -> PacketTime:
        """The packet's time in the session; called for each, in decoding order."""
        ...

    def decode(
        self, packet: VideoPacket, times: PacketTime, captured_at: datetime | None = None
    ) -> Iterator[Frame]:
        """The frames that this packet lets go."""
        ...

    def flush(self) -> Iterator[Frame]:
        """The frames still held at the end."""
        ...
