"""The packets of a camera's present session, and of the last one for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from ingest.config import CameraConfig
from ingest.errors import Fault, FootageGoneError
from ingest.footage import Footage, make_footage
from ingest.ring import PacketRing, StoredPacket
from ingest.stream_format import StreamFormat

KEEP_S = 60.0
"""How long a session that is over can still give evidence of its last alert."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Session:
    session: str
    stream: StreamFormat
    ring: PacketRing


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSession:
    """A session of which packets are held, and when its time 0 would have arrived."""

    session: str
    zero_arrived_s: float


class SessionRings:
    """At most two rings: the present session's, and the one before it until it expires."""

    def __init__(
        self,
        camera: CameraConfig,
        *,
        span_s: float,
        max_bytes: int,
        monotonic: Callable[[], float],
    ) -> None:
        self._camera = camera
        self._span_s = span_s
        self._max_bytes = max_bytes
        self._monotonic = monotonic
        self._lock = Lock()
        self._present: _Session | None = None
        self._past: _Session | None = None
        self._past_until_s = 0.0
        self._dropped = 0  # in sessions that are over

    def begin(self, session: str, stream: StreamFormat) -> None:
        """A session opened; an unfinished one before it is over."""
        self.end()
        ring = PacketRing(span_s=self._span_s, max_bytes=self._max_bytes)
        with self._lock:
            self._present = _Session(session=session, stream=stream, ring=ring)

    def push(self, packet: StoredPacket) -> None:
        """Add a packet to the present session."""
        present = self._present
        assert present is not None  # a source opens before it reads
        present.ring.push(packet)
        if packet.is_keyframe:
            self.expire()

    def end(self) -> None:
        """The present session, if any, is over; one without packets is forgotten at once."""
        with self._lock:
            self._dropped += 0 if self._present is None else self._present.ring.dropped
            if self._present is not None and self._present.ring.position_s is not None:
                self._past = self._present
                self._past_until_s = self._monotonic() + KEEP_S
            self._present = None

    def expire(self) -> None:
        """Forget the past session when its time is over."""
        with self._lock:
            if self._monotonic() >= self._past_until_s:
                self._past = None

    def position_s(self, session: str) -> float | None:
        """The latest `time_s` of the present session; None when `session` is over."""
        with self._lock:
            present = self._present
        if present is None or present.session != session:
            return None
        return present.ring.position_s or 0.0

    @property
    def is_present(self) -> bool:
        """Whether a session is open and has packets."""
        with self._lock:
            return self._present is not None and self._present.ring.position_s is not None

    @property
    def dropped(self) -> int:
        """Packets given up for want of room, in all sessions."""
        with self._lock:
            return self._dropped + (0 if self._present is None else self._present.ring.dropped)

    def held(self) -> tuple[HeldSession, ...]:
        """The present session, then the past one, as far as they have packets."""
        self.expire()
        with self._lock:
            kept = [s for s in (self._present, self._past) if s is not None]
        zeros = [(s.session, s.ring.zero_arrived_s) for s in kept]
        return tuple(
            HeldSession(session=session, zero_arrived_s=zero_s)
            for session, zero_s in zeros
            if zero_s is not None
        )

    def footage(self, session: str, from_s: float, to_s: float) -> Footage:
        """A cut from the keyframe at or before `from_s` to `to_s`.

        Raises:
            FootageGoneError: the session expired, or nothing is held of that time.
        """
        self.expire()
        with self._lock:
            held = [s for s in (self._present, self._past) if s and s.session == session]
        packets = held[0].ring.cut(from_s, to_s) if held else ()
        if not packets:
            text = f"no packets of {from_s:.1f}–{to_s:.1f} s of session {session}"
            raise FootageGoneError(text, camera_id=self._camera.id, fault=Fault.ENDED)
        return make_footage(held[0].stream, packets, self._camera.privacy_masks)
