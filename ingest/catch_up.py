"""Which frames of a camera that wakes are handed over, of those that led up to the motion."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from ingest.frame import Frame
from ingest.luma import tiny_luma
from ingest.motion_gate import MotionGate

CATCH_UP_S = 4.0
"""How far back frames are handed over late."""

BEFORE_MOTION = 1
"""Analysed frames before the first that moves: who comes in is small at first."""

TOLERANCE_S = 1e-3


def from_motion_on(frames: Iterable[Frame], gate: MotionGate, now_s: float) -> Iterator[Frame]:
    """Those of the last `CATCH_UP_S` from shortly before something moved, or was seen."""
    before: deque[Frame] = deque(maxlen=BEFORE_MOTION)
    is_moving = gate.is_followed(now_s)
    for frame in frames:
        if frame.at.time_s < now_s - CATCH_UP_S - TOLERANCE_S:
            continue
        if not is_moving and not gate.moves_in(tiny_luma(frame.picture)):
            before.append(frame)
            continue
        is_moving = True
        yield from before
        before.clear()
        yield frame
