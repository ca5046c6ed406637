"""Whether a camera's picture is worth decoding and analysing now."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ingest.background import Background, Look
from ingest.gate_hold import FOLLOW_S, GateHold
from ingest.luma import Luma

LINGER_S = 1.5
"""Open for so long after the last motion: longer than the analysis lags behind."""

FOLLOWED_LOOK_S = 0.5
"""Between two looks while somebody is followed, who keeps it open anyway: a look costs 0.8 ms."""


class MotionGate:
    """Open while something moves or is followed; one per session.

    Args:
        session: Whose holds count.
        hold: Kept by the analysis.
    """

    def __init__(self, session: str, hold: GateHold) -> None:
        self._session = session
        self._hold = hold
        self._background = Background()
        self.reset()

    def reset(self) -> None:
        """Begin as after opening: closed, knowing nothing.

        Whoever is there already is found on the first frame, which is analysed in any case. So
        a thousand cameras that return at once cost little.
        """
        self._background.reset()
        self._last_look_s: float | None = None
        self._last_look: Look | None = None
        self._open_until_s = 0.0
        self._moving_since_s: float | None = None

    def update(self, luma: Luma, time_s: float) -> None:
        """Look at a picture. Those of before the last look (caught up later) are passed over."""
        if self._last_look_s is not None and time_s <= self._last_look_s:
            return
        self._last_look_s = time_s
        look = self._background.update(luma, time_s, is_explained=self._may_be_somebody(time_s))
        self._last_look = look
        if not look.is_moving:
            self._moving_since_s = None
            return
        self.keep_open(time_s)
        if self._moving_since_s is None:
            self._moving_since_s = time_s

    def needs_look(self, time_s: float) -> bool:
        """Whether it wants to see the picture at `time_s`, though somebody may be followed."""
        last_s = self._last_look_s
        is_recent = last_s is not None and time_s - last_s < FOLLOWED_LOOK_S
        return not (is_recent and self.is_followed(time_s))

    def moves_at(self, time_s: float) -> NDArray[np.bool_] | None:
        """The cells that moved on the look at `time_s`.

        None where that was not the last look, or all of the picture changed.
        """
        look = self._last_look
        if look is None or look.is_global or self._last_look_s != time_s:
            return None
        return look.moves

    def moves_in(self, luma: Luma) -> bool:
        """Whether something moves in a picture decoded late; nothing is learnt from it."""
        return self._background.moves_in(luma)

    def keep_open(self, time_s: float) -> None:
        """As if something had moved at `time_s`."""
        self._open_until_s = max(self._open_until_s, time_s + LINGER_S)

    def _may_be_somebody(self, time_s: float) -> bool:
        """Whether the analysis sees somebody, or has not had the time to say."""
        since_s = self._moving_since_s
        is_new = since_s is None or time_s - since_s <= FOLLOW_S
        return is_new or self.is_followed(time_s)

    def is_open(self, time_s: float) -> bool:
        """Whether every frame is to be decoded at `time_s`."""
        return time_s < self._open_until_s or self.is_followed(time_s)

    def is_followed(self, time_s: float) -> bool:
        """Whether the analysis sees somebody."""
        return self._hold.follows(self._session, time_s)

    def is_settled(self, time_s: float) -> bool:
        """Whether the rules only wait for what they told of to end."""
        return self._hold.is_settled(self._session, time_s)

    def is_watched(self, time_s: float) -> bool:
        """Whether the analysis still waits for somebody who was here."""
        return self._hold.watches(self._session, time_s)
