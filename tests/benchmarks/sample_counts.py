"""What a gated replay of the demo's samples makes the machine do, counted instead of timed.

`python -m tests.benchmarks.sample_counts > tests/benchmarks/budgets.json` accepts the present
counts as the new budgets.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from deploy.replay import Replay
from deploy.samples.cameras import CAMERAS, SampleCamera
from detectors.session import OnnxSession
from tests.replay_site import MODEL, site_of

START = datetime(2026, 1, 1, tzinfo=UTC)
SLACK = 0.05
"""Scaling differs by a grey level from processor to processor, and so may a track's last frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCounts:
    """Of one sample.

    Attributes:
        frames_decoded: Pictures the decoder gave.
        frames_analysed: Frames handed over.
        inferences: Runs of the model.
        input_bytes: Letterboxed and copied into the model.
    """

    frames_decoded: int
    frames_analysed: int
    inferences: int
    input_bytes: int


def sample_counts(sample: SampleCamera) -> SampleCounts:
    """Replay `sample` gated as a live camera is; the same counts on every run."""
    with Replay(site_of(sample), {sample.camera_id: sample.path}, gate=True) as replay:
        replay.run(START, lambda *_: None)
    counted = next(iter(replay.counters.values()))
    session = replay.detectors[MODEL].session
    assert isinstance(session, OnnxSession)
    return SampleCounts(
        frames_decoded=counted.frames_decoded,
        frames_analysed=counted.frames_analysed,
        inferences=session.counts.runs,
        input_bytes=session.counts.input_bytes,
    )


if __name__ == "__main__":
    budgets = {each.camera_id: asdict(sample_counts(each)) for each in CAMERAS}
    sys.stdout.write(json.dumps({"slack": SLACK, "samples": budgets}, indent=2) + "\n")
