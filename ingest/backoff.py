"""How long to wait before the next attempt."""

from __future__ import annotations

from collections.abc import Callable

FIRST_S = 1.0
LONGEST_S = 30.0
SHORTEST_S = 0.1
"""Below this a camera that refuses at once would be asked in a loop."""


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

    def reset(self) -> None:
        """The stream was good: begin again with the shortest bound."""
        self._limit_s = FIRST_S
