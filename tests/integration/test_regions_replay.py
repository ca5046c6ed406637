"""Alerts of recorded samples, seen in parts, are raised as of whole pictures, for less work."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerts.alert import Phase
from deploy.replay import Replay
from deploy.replay_file import Replayed
from deploy.samples.cameras import CAMERAS, SampleCamera
from deploy.settings import Site
from detectors.session import OnnxSession
from tests.replay_site import MODEL, site_of

START = datetime(2026, 1, 1, tzinfo=UTC)
WITHIN_S = 2.0
MOST_BYTES = 0.9
"""Of what whole pictures copy into the model; the samples take 0.58 to 0.84."""


def with_regions(site: Site) -> Site:
    cameras = tuple(each.model_copy(update={"regions": "auto"}) for each in site.cameras)
    return site.model_copy(update={"cameras": cameras})


def replayed(site: Site, sample: SampleCamera) -> tuple[list[tuple[str, str, float]], int]:
    """Alerts raised (rule, zone, time) and bytes copied into the model."""
    frames: list[Replayed] = []
    with Replay(site, {sample.camera_id: sample.path}, gate=True) as replay:
        replay.run(START, lambda _, frame: frames.append(frame))
    session = replay.detectors[MODEL].session
    assert isinstance(session, OnnxSession)
    alerts = [a for frame in frames for a in frame.alerts if a.phase is Phase.RAISED]
    return [(a.rule_id, a.zone_id, a.at.time_s) for a in alerts], session.counts.input_bytes


@pytest.mark.parametrize("sample", CAMERAS, ids=lambda sample: sample.camera_id)
def test_parts_raise_the_alerts_of_whole_pictures_for_less_work(sample: SampleCamera) -> None:
    whole, whole_bytes = replayed(site_of(sample), sample)
    parts, parts_bytes = replayed(with_regions(site_of(sample)), sample)
    assert [each[:2] for each in parts] == [each[:2] for each in whole]
    assert [at_s for *_, at_s in parts] == pytest.approx([a for *_, a in whole], abs=WITHIN_S)
    assert parts_bytes < MOST_BYTES * whole_bytes
