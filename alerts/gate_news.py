"""What the analysis of a camera tells its gate after each frame."""

from __future__ import annotations

from alerts.analysis import CameraAnalysis
from ingest.frame import FrameTime
from ingest.gate_hold import GateHold


def tell(hold: GateHold, at: FrameTime, model_id: str, analysis: CameraAnalysis) -> None:
    """Where somebody is after the frame of `at`; somebody keeps the gate open.

    And whether that can lead to anything but an end: fewer frames tell of that.
    """
    hold.saw(at, model_id, analysis.places, is_settled=analysis.is_settled)
    if analysis.is_following:
        hold.extend(at)
