"""Alerts of recorded samples, gated as a live camera is, are those of every frame analysed.

Once all rules of a camera have raised theirs, fewer frames are analysed until an end: what is told
then may be of the frame before, and tracks are numbered otherwise.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from alerts.alert import Alert, Phase
from deploy.replay import Replay
from deploy.replay_file import Replayed
from deploy.samples.cameras import CAMERAS, SampleCamera
from ingest import settled_pace
from tests.replay_site import site_of

START = datetime(2026, 1, 1, tzinfo=UTC)
QUIET = {"courtyard-wang": 0.5, "woods-north": 0.9}
"""Samples with quiet stretches, and the share of frames that may still be analysed."""


def replayed(sample: SampleCamera, *, gate: bool) -> tuple[list[Alert], int]:
    frames: list[Replayed] = []
    with Replay(site_of(sample), {sample.camera_id: sample.path}, gate=gate) as replay:
        replay.run(START, lambda _, frame: frames.append(frame))
    return [alert for frame in frames for alert in frame.alerts], len(frames)


@cache
def in_full(number: int) -> tuple[list[Alert], int]:
    """Every frame analysed; both tests compare with it."""
    return replayed(CAMERAS[number], gate=False)


@pytest.mark.parametrize("sample", CAMERAS, ids=lambda sample: sample.camera_id)
def test_the_gate_changes_no_alert(sample: SampleCamera, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settled_pace, "SETTLED_S", 0.0)
    everything, analysed = in_full(CAMERAS.index(sample))
    gated, looked_at = replayed(sample, gate=True)
    assert gated == everything
    assert looked_at <= analysed * QUIET.get(sample.camera_id, 1.0)


@pytest.mark.parametrize("sample", CAMERAS, ids=lambda sample: sample.camera_id)
def test_fewer_frames_until_an_end_change_nothing_that_is_raised(sample: SampleCamera) -> None:
    everything, analysed = in_full(CAMERAS.index(sample))
    gated, looked_at = replayed(sample, gate=True)
    assert [told(alert) for alert in gated] == [told(alert) for alert in everything]
    late_s = [abs(a.at.time_s - b.at.time_s) for a, b in zip(gated, everything, strict=True)]
    assert max(late_s, default=0.0) <= settled_pace.SETTLED_S
    assert looked_at <= analysed * (0.85 if everything else 1.0)


def told(alert: Alert) -> tuple[object, ...]:
    """What of an alert must be the same; of a raised one, its very frame and place."""
    same = (alert.alert_id, alert.phase, alert.rule_id, alert.label, alert.reason)
    is_raised = alert.phase is Phase.RAISED
    return (*same, alert.at, alert.box, alert.confidence) if is_raised else same
