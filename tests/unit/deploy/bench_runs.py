"""Runs of the live benchmarks as they could have been."""

from __future__ import annotations

from deploy.bench.camera_runs import CameraRun, MadeOf

MADE_OF = MadeOf(keyframe_s=1, walkers="vtest.avi", broker="mosquitto", files=("a.mp4",))


def run(
    cameras: int,
    cores: float,
    *,
    other_cores: float = 0.1,
    matched: int = 3,
    p99_ms: float | None = 900.0,
) -> CameraRun:
    """A run that expected three alerts."""
    return CameraRun(
        cameras=cameras,
        cores_per_camera=cores / cameras,
        rss_mb_per_camera=0,
        recall=matched / 3,
        precision=1.0 if matched else None,
        p50_ms=None,
        p99_ms=p99_ms,
        dropped=0,
        cores=cores,
        rss_mb=200 + 10 * cameras,
        desk_cores=0.0,
        server_cores=other_cores,
        all_cores=cores + other_cores,
        expected=3,
        matched=matched,
        unasked=0,
        seconds=60,
        counters={"inferred": 600.0},
    )
