"""How long to wait before the next attempt."""

from __future__ import annotations

from collections.abc import Callable

FIRST_S = 1.0
LONGEST_S = 2.9
"""A camera that answers again is watched within 5 s, keyframes every second: this wait, some
0.3 s to open, a second until a keyframe, and room for a busy machine. An attempt costs about a
millisecond, and a hundred cameras that come back together are spread over these seconds."""

SHORTEST_S = 0.1
"""Below this a camera that refuses at once would be asked in a loop."""

AFTER_TIMEOUT_S = 0.6
"""Where the attempt itself took the seconds of a time-out, the wait only spreads the cameras."""


class Backoff:
    """Exponential back-off with full jitter: cameras lost together do not return together.

    Args:
        random: Uniform in 0–1.
    """

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._limit_s = FIRST_S

    def next_s(self) -> float:
        """Seconds to wait before the next attempt; the bound doubles each time."""
        wait_s = max(self._random() * self._limit_s, SHORTEST_S)
        self._limit_s = min(self._limit_s * 2, LONGEST_S)
        return wait_s

    def brief_s(self) -> float:
        """Seconds to wait after an attempt that waited for an answer already."""
        return max(self._random() * AFTER_TIMEOUT_S, SHORTEST_S)

    def reset(self) -> None:
        """The stream was good: begin again with the shortest bound."""
        self._limit_s = FIRST_S
