"""Where in a frame to look: at what moves and at who is followed, and now and then everywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ingest.config import CameraConfig
from ingest.frame import Frame
from ingest.gate_hold import GateHold
from ingest.moving_cells import moving_boxes

WHOLE_S = 2.0
"""Longest between two frames that are looked at everywhere: for who stood still before he was
followed, and for what is followed by mistake."""


class Attention:
    """Tells of each analysed frame of one session where to look.

    Args:
        session: Whose places count.
        hold: Where the analysis says whom it follows, and where.
    """

    def __init__(self, session: str, hold: GateHold) -> None:
        self._session = session
        self._hold = hold
        self._whole_s = -WHOLE_S

    def direct(self, frame: Frame, moves: NDArray[np.bool_] | None) -> Frame:
        """The frame with its `look_at`; everywhere where that is not known.

        Args:
            frame: To be analysed.
            moves: The cells that move on it; None where nobody looked, or all of it changed.
        """
        time_s = frame.at.time_s
        followed = self._hold.places(self._session, time_s)
        if moves is None or followed is None or time_s - self._whole_s >= WHOLE_S:
            self._whole_s = max(self._whole_s, time_s)
            return frame
        return replace(frame, look_at=(*moving_boxes(moves, frame.wh), *followed))


def attention_of(camera: CameraConfig, session: str, hold: GateHold) -> Attention | None:
    """Of a session of `camera`; None where its whole picture is always analysed."""
    return Attention(session, hold) if camera.regions == "auto" else None
