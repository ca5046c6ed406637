"""Seconds of a session from the timestamps of its packets, repaired where those fail."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_GAP_S = 10.0
"""A longer step forward is a jump: no stream stays silent longer than its read time-out."""

LONGEST_REORDER_S = 1.0
"""Packets of B-frames step back without `dts`, and with a camera's wrong one; a step further back
is a jump."""

LONGEST_STILL = 3
"""Packets in a row with the same timestamp (fields, slices); more, and the timestamps stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketTime:
    """When a packet's picture is shown and when it is decoded, in seconds of the session."""

    time_s: float
    decode_s: float


class SessionClock:
    """Maps `pts` and `dts` to `time_s`: from 0, and over jumps and gaps without a hole.

    Packets come in decoding order through `stamp`, decoded pictures through `shown`.

    Attributes:
        repairs: Timestamps that were missing, jumped, or ran backwards.
    """

    def __init__(self, *, step_s: float = 0.04) -> None:
        """`step_s` is the time from one picture to the next, used where nothing else is known."""
        self.repairs = 0
        self._step_s = step_s
        self._zero_s: float | None = None
        self._last_decode_s: float | None = None
        self._last_shown_s = 0.0
        self._last_release_s: float | None = None
        self._trusts_pts = True
        self._last_at_s: float | None = None
        self._still = 0

    def stamp(self, pts_s: float | None, dts_s: float | None) -> PacketTime:
        """The session time of the next packet in decoding order.

        Args:
            pts_s: Its `pts` in seconds, where it has one.
            dts_s: Its `dts` in seconds, where it has one.
        """
        at_s = pts_s if dts_s is None else dts_s
        stood = self._still > LONGEST_STILL and self._last_at_s is not None
        if self._stands(at_s):
            at_s = pts_s = None
        elif stood:
            self._zero_s = None  # on from here: our time went on while theirs stood
        decode_s = self._next_s() if at_s is None else self._decode_s(at_s, pts_s)
        if at_s is None:
            self.repairs += 1  # RTSP: the first packet can carry neither
        self._last_decode_s = max(decode_s, self._last_decode_s or decode_s)
        time_s = decode_s if pts_s is None or self._zero_s is None else pts_s - self._zero_s
        return PacketTime(time_s=max(time_s, 0.0), decode_s=decode_s)

    def _stands(self, at_s: float | None) -> bool:
        self._still = self._still + 1 if at_s == self._last_at_s else 0
        self._last_at_s = at_s
        return self._still > LONGEST_STILL

    def shown(self, time_s: float, decode_s: float | None) -> float:
        """`time_s` of the next decoded picture, never before that of the previous one.

        Where the container's `pts` run backwards from picture to picture (AVI with
        B-frames), they are not used again: from there on pictures follow the packets.

        Args:
            time_s: The stamp of the picture's own packet.
            decode_s: When the packet was decoded that released the picture; None at the end.
        """
        if self._trusts_pts and time_s < self._last_shown_s:
            self._trusts_pts = False
            self.repairs += 1
        if not self._trusts_pts:
            time_s = self._last_shown_s + self._released_after_s(decode_s)
        self._last_shown_s = time_s
        self._last_release_s = decode_s
        return time_s

    @property
    def trusts_pts(self) -> bool:
        """Whether a picture's time is its packet's own, so that it is known undecoded."""
        return self._trusts_pts

    def _released_after_s(self, decode_s: float | None) -> float:
        if decode_s is None or self._last_release_s is None:
            return self._step_s
        return max(decode_s - self._last_release_s, 0.0)

    def _next_s(self) -> float:
        return 0.0 if self._last_decode_s is None else self._last_decode_s + self._step_s

    def _decode_s(self, at_s: float, pts_s: float | None) -> float:
        if self._zero_s is None:
            # The first picture is shown at 0, so with B-frames it is decoded before 0.
            start_s = at_s if self._last_decode_s is not None or pts_s is None else pts_s
            self._zero_s = start_s - self._next_s()
        elif not self._is_plausible(at_s - self._zero_s):
            self._zero_s = at_s - self._next_s()
            self.repairs += 1
        return at_s - self._zero_s

    def _is_plausible(self, decode_s: float) -> bool:
        assert self._last_decode_s is not None
        step_s = decode_s - self._last_decode_s
        return -LONGEST_REORDER_S <= step_s <= LONGEST_GAP_S
