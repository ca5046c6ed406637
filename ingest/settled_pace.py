"""How seldom frames are analysed while a camera's rules only wait for an end."""

from __future__ import annotations

SETTLED_S = 0.6
"""Longest between two analysed frames while all of a camera's rules have raised their alerts and
see who is there: every third one of five a second. No rule bridges less than a second, and what is
sampled more seldom is analysed as ever."""

JITTER_S = 0.05
"""A sampled frame is at most one frame of the source from where it is due."""


class SettledPace:
    """Chooses among the sampled frames of one session; keeps no clock of its own."""

    def __init__(self) -> None:
        self._sampled_s = 0.0

    def spares(self, time_s: float, *, analysed_s: float, is_settled: bool) -> bool:
        """Whether the frame at `time_s` need not be analysed; ask once for every sampled one.

        Args:
            time_s: When it was, in seconds of the session.
            analysed_s: When the last analysed one was.
            is_settled: Whether nothing more can begin.
        """
        next_s = time_s + (time_s - self._sampled_s)
        self._sampled_s = time_s
        return is_settled and next_s - analysed_s <= SETTLED_S + JITTER_S
