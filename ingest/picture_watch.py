"""Whether a session that gets packets gets pictures: without them it is as good as silent."""

from __future__ import annotations

from enum import Enum, auto

KEYFRAME_WAIT_S = 10.0
"""Keyframes ten seconds apart exist. After that, decoding begins without one: some streams
never mark any."""

NO_KEYFRAME_S = 90.0
"""A camera that sends a keyframe a minute is waited for: a new connection would wait as well."""

LONGEST_REORDER = 16
"""Packets a decoder may hold back before it shows a picture (H.264)."""


class Sight(Enum):
    """What there is to see."""

    CLEAR = auto()
    BLIND = auto()  # for long no picture came; told once, and waited on
    LOST = auto()  # only a new connection can help


class PictureWatch:
    """Holds packets back until a keyframe, and notices when no picture comes of them.

    Args:
        opened_s: When the session began.
        patience_s: How long pictures may stay away once there were some. Then the camera sends
            another codec than it announced, or everything arrives broken.
    """

    def __init__(self, opened_s: float, patience_s: float) -> None:
        self._opened_s = opened_s
        self._patience_s = patience_s
        self._seen_s: float | None = None
        self._is_open = False
        self._is_told = False

    def lets_pass(self, now_s: float, *, is_keyframe: bool) -> bool:
        """Whether a packet is to be decoded: before the first keyframe it cannot be."""
        waited_s = now_s - self._opened_s
        self._is_open = self._is_open or is_keyframe or waited_s > KEYFRAME_WAIT_S
        return self._is_open

    def look(self, now_s: float, barren: int) -> Sight:
        """Judge after a packet was decoded, `barren` of them since the last picture."""
        if barren == 0:
            self._seen_s = now_s
            return Sight.CLEAR
        if self._seen_s is not None:
            is_lost = barren >= LONGEST_REORDER and now_s - self._seen_s >= self._patience_s
            return Sight.LOST if is_lost else Sight.CLEAR
        return self._without_a_first(now_s - self._opened_s)

    def _without_a_first(self, waited_s: float) -> Sight:
        if waited_s > NO_KEYFRAME_S:
            return Sight.LOST
        if waited_s > KEYFRAME_WAIT_S and not self._is_told:
            self._is_told = True
            return Sight.BLIND
        return Sight.CLEAR
