"""One connection of a camera as it is read: the sink of its source."""

from __future__ import annotations

from collections.abc import Callable

from ingest.frame import Frame, FrameTime
from ingest.ring import StoredPacket
from ingest.sessions import SessionRings
from ingest.stream_format import StreamFormat


class Connection:
    """Files packets into the session's ring and hands frames on; knows how far it came."""

    def __init__(
        self,
        session: str,
        *,
        rings: SessionRings,
        on_frame: Callable[[Frame], None],
        on_blind: Callable[[str], None],
        monotonic: Callable[[], float],
    ) -> None:
        self.session = session
        self.is_opened = False
        self.last: FrameTime | None = None
        self._rings = rings
        self._on_frame = on_frame
        self._on_blind = on_blind
        self._monotonic = monotonic
        self._first_frame_s: float | None = None

    def opened(self, stream: StreamFormat) -> None:
        """The session begins."""
        self.is_opened = True
        self._rings.begin(self.session, stream)

    def packet(self, packet: StoredPacket) -> None:
        """Keep the packet for clips."""
        self._rings.push(packet)

    def frame(self, frame: Frame) -> None:
        """Hand the frame on."""
        if self._first_frame_s is None:
            self._first_frame_s = self._monotonic()
        self.last = frame.at
        self._on_frame(frame)

    def blind(self, reason: str) -> None:
        """Say that nothing can be seen."""
        self._on_blind(reason)

    @property
    def streamed_s(self) -> float:
        """Seconds since the first frame."""
        first_s = self._first_frame_s
        return 0.0 if first_s is None else self._monotonic() - first_s
