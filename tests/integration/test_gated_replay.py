"""Alerts of recorded samples, gated as a live camera is, are those of every frame analysed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerts.alert import Alert
from deploy.replay import Replay
from deploy.replay_file import Replayed
from deploy.samples.cameras import CAMERAS, SampleCamera
from tests.replay_site import site_of

START = datetime(2026, 1, 1, tzinfo=UTC)
QUIET = {"courtyard-wang": 0.5, "woods-north": 0.9}
"""Samples with quiet stretches, and the share of frames that may still be analysed."""


def replayed(sample: SampleCamera, *, gate: bool) -> tuple[list[Alert], int]:
    frames: list[Replayed] = []
    with Replay(site_of(sample), {sample.camera_id: sample.path}, gate=gate) as replay:
        replay.run(START, lambda _, frame: frames.append(frame))
    return [alert for frame in frames for alert in frame.alerts], len(frames)


@pytest.mark.parametrize("sample", CAMERAS, ids=lambda sample: sample.camera_id)
def test_the_gate_changes_no_alert(sample: SampleCamera) -> None:
    everything, analysed = replayed(sample, gate=False)
    gated, looked_at = replayed(sample, gate=True)
    assert gated == everything
    assert looked_at <= analysed * QUIET.get(sample.camera_id, 1.0)
