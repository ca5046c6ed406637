"""Alerts of recorded samples, gated as a live camera is, are those of every frame analysed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerts.alert import Alert
from deploy.replay import Replay, Replayed
from deploy.samples.cameras import AREAS, CAMERAS, SampleCamera
from deploy.settings import Site

START = datetime(2026, 1, 1, tzinfo=UTC)
QUIET = {"courtyard-wang": 0.5, "woods-north": 0.9}
"""Samples with quiet stretches, and the share of frames that may still be analysed."""


def site_of(sample: SampleCamera) -> Site:
    zones = [{"id": name, "polygon": polygon} for name, polygon in sample.zones.items()]
    rules = [
        {
            "id": rule.rule_id,
            "kind": "presence",
            "labels": rule.labels,
            "zone": rule.zone_id,
            "min_s": rule.min_s,
            "cooldown_s": rule.cooldown_s,
        }
        for rule in sample.rules
    ]
    camera = {
        "id": sample.camera_id,
        "area": sample.area_id,
        "url": str(sample.path),
        "privacy_masks": sample.privacy_masks,
        "zones": zones,
        "rules": rules,
    }
    areas = [{"id": a.area_id, "name": a.name, "level": a.level, "parent": a.parent} for a in AREAS]
    return Site.model_validate(
        {
            "site": "samples",
            "areas": areas,
            "mqtt": {"host": "127.0.0.1"},
            "models": [{"id": "coco", "card": "nanodet-g-int8"}],
            "cameras": [camera],
        }
    )


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
