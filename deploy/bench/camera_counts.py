"""How many cameras to try next, where the most that were asked for filled the machine."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.bench.camera_runs import FULL_SHARE, CameraRun
from deploy.bench.slope import line_through
from detectors.session import cores

STEP = 4
"""Cameras: a finer step is less than two equal runs differ by."""

TOLERANCE = 1e-6


def next_count(runs: Sequence[CameraRun]) -> int | None:
    """The number of cameras that should just not fill the machine; None where none is left.

    It lies between the most that left time and the fewest that did not, where the line through
    the former says so.
    """
    below = [run for run in runs if run.is_below_full]
    full = [run.cameras for run in runs if not run.is_below_full]
    if not full or not below:
        return None
    most = max(run.cameras for run in below)
    line = line_through([run.cameras for run in below], [run.all_cores for run in below])
    if line.slope <= 0:
        return None
    reached = int((FULL_SHARE * cores() - line.intercept) / line.slope + TOLERANCE)
    count = min(reached, min(full) - 1) // STEP * STEP
    return count if count > most else None
