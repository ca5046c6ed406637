"""How often each of a few senders may come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic


@dataclass(slots=True)
class _Bucket:
    left: float
    at_s: float


class TokenBuckets:
    """One token bucket a sender; for one thread. Senders are known names, so they are few."""

    def __init__(
        self, per_s: float, burst: float, *, clock: Callable[[], float] = monotonic
    ) -> None:
        """Every bucket is full at first.

        Args:
            per_s: How many each sender gets back a second.
            burst: How many each may use at once.
            clock: Monotonic seconds.
        """
        self._per_s = per_s
        self._burst = burst
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def take(self, sender: str) -> bool:
        """Whether the sender may come now; if so, it is counted."""
        now_s = self._clock()
        bucket = self._buckets.setdefault(sender, _Bucket(self._burst, now_s))
        bucket.left = min(self._burst, bucket.left + (now_s - bucket.at_s) * self._per_s)
        bucket.at_s = now_s
        if bucket.left < 1.0:
            return False
        bucket.left -= 1.0
        return True
