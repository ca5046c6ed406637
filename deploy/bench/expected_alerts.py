"""What the full-rate replay of the files says should be raised, and when that was sent live."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from alerts.alert import Phase
from deploy.bench.alert_match import ExpectedAlert
from deploy.bench.live_site import Watch, replay_site
from deploy.bench.stream_plan import Playing
from deploy.replay import Replay
from deploy.replay_file import Replayed

START = datetime(2026, 1, 1, tzinfo=UTC)


def replayed_alerts(files: Sequence[Path], watch: Watch) -> list[list[tuple[str, str, float]]]:
    """For each file (rule, zone, position in seconds) of each alert raised, every frame analysed.

    One pass through the file is every pass: it begins and ends quiet, longer than the cooldown.
    """
    site = replay_site(len(files), watch)
    videos = {camera.id: file for camera, file in zip(site.cameras, files, strict=True)}
    raised: dict[str, list[tuple[str, str, float]]] = {camera: [] for camera in videos}

    def take(camera_id: str, replayed: Replayed) -> None:
        for alert in replayed.alerts:
            if alert.phase is Phase.RAISED:
                raised[camera_id].append((alert.rule_id, alert.zone_id, alert.at.time_s))

    with Replay(site, videos) as replay:
        replay.run(START, take)
    return list(raised.values())


def expected_alerts(
    raised: Sequence[Sequence[tuple[str, str, float]]],
    playing: Playing,
    *,
    cameras: int,
    from_s: float,
    to_s: float,
) -> list[ExpectedAlert]:
    """Every alert that the live cameras should raise on frames sent within `from_s`-`to_s`."""
    return [
        ExpectedAlert(place=(f"camera-{camera}", rule, zone), at_s=at_s)
        for camera in range(cameras)
        for rule, zone, file_s in raised[playing.lane(camera).file]
        for at_s in playing.wall_times(camera, file_s, from_s, to_s)
    ]
