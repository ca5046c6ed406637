"""Word from the analysis to the gate: somebody is followed here, keep looking, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.frame import Box, FrameTime

FOLLOW_S = 1.5
"""Every frame is looked at for so long after somebody was: rules bridge gaps of a second, and
the analysis may be half a second behind. Motion until then is theirs."""

WATCH_S = 4.0
"""And every keyframe for so long: rules still wait for them, a presence ends after 3 s."""


PLACES_S = 1.0
"""Who stands still is where he was for so long; an analysis further behind knows too little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    at: FrameTime
    boxes: tuple[Box, ...]
    is_settled: bool


class GateHold:
    """Keeps one camera's gate open; written by the rules' thread, read by the camera's.

    One assignment at a time is all that is shared, so no lock is needed.
    """

    def __init__(self) -> None:
        self._last: tuple[str, float] = ("", 0.0)
        self._places: dict[str, _Places] = {}  # by model; replaced, never changed

    def saw(
        self, at: FrameTime, model_id: str, boxes: Iterable[Box], *, is_settled: bool = False
    ) -> None:
        """Where the model sees or follows somebody after the frame of `at`.

        `is_settled`: all rules that judge it have raised their alerts and wait for the end.
        """
        places = _Places(at=at, boxes=tuple(boxes), is_settled=is_settled)
        self._places = {**self._places, model_id: places}

    def places(self, session: str, time_s: float) -> tuple[Box, ...] | None:
        """Where somebody is at `time_s` of `session`; None where not all models say so."""
        places = self._places_at(session, time_s)
        return None if places is None else tuple(box for each in places for box in each.boxes)

    def is_settled(self, session: str, time_s: float) -> bool:
        """Whether nothing more can begin at `time_s` of `session`, as all models say."""
        places = self._places_at(session, time_s)
        return places is not None and all(each.is_settled for each in places)

    def extend(self, at: FrameTime) -> None:
        """Somebody was followed on the frame of `at`; a slower model's word takes nothing back."""
        session, last_s = self._last
        self._last = (at.session, max(at.time_s, last_s) if session == at.session else at.time_s)

    def follows(self, session: str, time_s: float) -> bool:
        """Whether every frame must be analysed at `time_s` of `session`."""
        return self._was_within(FOLLOW_S, session, time_s)

    def watches(self, session: str, time_s: float) -> bool:
        """Whether every keyframe must be analysed at `time_s` of `session`."""
        return self._was_within(WATCH_S, session, time_s)

    def _places_at(self, session: str, time_s: float) -> tuple[_Places, ...] | None:
        places = tuple(self._places.values())
        if not places or any(_is_old(each, session, time_s) for each in places):
            return None
        return places

    def _was_within(self, seconds: float, session: str, time_s: float) -> bool:
        followed, last_s = self._last
        return followed == session and time_s <= last_s + seconds


def _is_old(places: _Places, session: str, time_s: float) -> bool:
    return places.at.session != session or time_s - places.at.time_s > PLACES_S
