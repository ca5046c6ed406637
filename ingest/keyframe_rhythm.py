"""How often a stream's keyframes come."""

from __future__ import annotations


class KeyframeRhythm:
    """From one keyframe to the next, in decoding time.

    Attributes:
        interval_s: From the last keyframe but one to the last; None before the second.
    """

    def __init__(self) -> None:
        self.interval_s: float | None = None
        self._last_s: float | None = None

    def hear(self, decode_s: float) -> None:
        """A keyframe came."""
        if self._last_s is not None:
            self.interval_s = decode_s - self._last_s
        self._last_s = decode_s

    def due_in_s(self, now_s: float) -> float | None:
        """Seconds until the next one is due, negative when overdue; None while unknown."""
        if self._last_s is None or self.interval_s is None:
            return None
        return self._last_s + self.interval_s - now_s
