"""Word from the analysis to the gate: somebody is followed here, keep looking."""

from __future__ import annotations

from ingest.frame import FrameTime

HOLD_S = 4.0
"""Longer than what rules and tracker still wait for: a presence ends after 3 s without anybody."""


class GateHold:
    """Keeps one camera's gate open; written by the rules' thread, read by the camera's.

    One assignment of a tuple is all that is shared, so no lock is needed.
    """

    def __init__(self) -> None:
        self._until: tuple[str, float] = ("", 0.0)

    def extend(self, at: FrameTime) -> None:
        """Somebody was followed on the frame of `at`: hold for `HOLD_S` from there."""
        self._until = (at.session, at.time_s + HOLD_S)

    def is_held(self, session: str, time_s: float) -> bool:
        """Whether the gate must stay open at `time_s` of `session`."""
        held, until_s = self._until
        return held == session and time_s <= until_s
