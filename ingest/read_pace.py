"""When a source may let packets queue up, to take several of them at one waking.

A thread that wakes for each packet spends more on waking, and on waiting for Python's lock, than on
the packet. So while nobody needs the picture at once, it sleeps, reads what has come, and sleeps
again after the first read that had to wait: then nothing is queued any more. No clock has to be
trusted for that. Only a machine that is short of time also makes reads wait; a stream that comes
later than it could is therefore read without a pause until it has caught up.
"""

from __future__ import annotations

WAITED_S = 0.001
"""A read of what is queued takes 0.1 ms; one that waits takes until the next packet."""

LATE_S = 0.15
"""Later than the promptest packets by so much: the network hiccups, or time is short."""

DRIFT = 1e-3
"""Seconds a second by which a camera's clock may be slow: what was prompt is forgotten so fast."""

QUEUED_BYTES = 80_000
"""What may queue up: systems give a connection some 128 kB at first, and more when it is used."""

RATE_S = 1.0
"""The stream's rate is measured over so long, mostly with a keyframe in it."""


class ReadPace:
    """Decides for one session; `read` after each packet, then `pause_s`.

    Attributes:
        late_s: How much later the last packet was read than the promptest ones were.
    """

    def __init__(self) -> None:
        self.late_s = 0.0
        self._prompt_s: float | None = None
        self._read_s = 0.0
        self._has_waited = False
        self._bytes = 0
        self._since_s = 0.0
        self._bytes_per_s: float | None = None

    def read(self, now_s: float, *, waited_s: float, decode_s: float, size: int) -> None:
        """A packet was read.

        Args:
            now_s: Monotonic time.
            waited_s: Since the read began.
            decode_s: The packet's, in the session.
            size: Its bytes.
        """
        self._has_waited = waited_s >= WAITED_S
        delay_s = now_s - decode_s
        if self._prompt_s is None:
            self._prompt_s, self._since_s = delay_s, now_s
        else:
            drifted_s = self._prompt_s + DRIFT * (now_s - self._read_s)
            self._prompt_s = min(delay_s, drifted_s)
        self._read_s = now_s
        self._measure_rate(size)
        self.late_s = delay_s - self._prompt_s

    def pause_s(self, patience_s: float) -> float:
        """Seconds to sleep before the next read; 0 where none are due.

        Args:
            patience_s: How long nobody needs a packet.
        """
        if not self._has_waited or self.late_s > LATE_S or self._bytes_per_s is None:
            return 0.0
        return min(patience_s, QUEUED_BYTES / self._bytes_per_s)

    def _measure_rate(self, size: int) -> None:
        self._bytes += size
        over_s = self._read_s - self._since_s
        if over_s >= RATE_S:
            self._bytes_per_s = self._bytes / over_s
            self._bytes, self._since_s = 0, self._read_s
