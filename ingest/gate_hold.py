"""Word from the analysis to the gate: somebody is followed here, keep looking."""

from __future__ import annotations

from ingest.frame import FrameTime

FOLLOW_S = 1.5
"""Every frame is looked at for so long after somebody was: rules bridge gaps of a second, and
the analysis may be half a second behind. Motion until then is theirs."""

WATCH_S = 4.0
"""And every keyframe for so long: rules still wait for them, a presence ends after 3 s."""


class GateHold:
    """Keeps one camera's gate open; written by the rules' thread, read by the camera's.

    One assignment of a tuple is all that is shared, so no lock is needed.
    """

    def __init__(self) -> None:
        self._last: tuple[str, float] = ("", 0.0)

    def extend(self, at: FrameTime) -> None:
        """Somebody was followed on the frame of `at`."""
        self._last = (at.session, at.time_s)

    def follows(self, session: str, time_s: float) -> bool:
        """Whether every frame must be analysed at `time_s` of `session`."""
        return self._was_within(FOLLOW_S, session, time_s)

    def watches(self, session: str, time_s: float) -> bool:
        """Whether every keyframe must be analysed at `time_s` of `session`."""
        return self._was_within(WATCH_S, session, time_s)

    def _was_within(self, seconds: float, session: str, time_s: float) -> bool:
        followed, last_s = self._last
        return followed == session and time_s <= last_s + seconds
