"""The live benchmarks' site files are site files."""

from __future__ import annotations

from pathlib import Path

from alerts.zone import ZoneConfig
from deploy.bench.live_site import (
    FULL_RATE_FPS,
    WHOLE,
    BenchPorts,
    Watch,
    grid,
    live_site,
    replay_site,
    write_site,
)
from deploy.site_file import load_site

WATCH = Watch(zones=WHOLE, cooldown_s=20)


def test_a_live_site_loads(tmp_path: Path) -> None:
    ports = BenchPorts(mqtt=1, node=2, desk=3)
    entries = live_site(
        3, lambda n: f"rtsp://127.0.0.1:9/camera-{n}", WATCH, data=tmp_path, ports=ports
    )
    site = load_site(write_site(entries, tmp_path / "site.yaml"))
    assert [camera.id for camera in site.cameras] == ["camera-0", "camera-1", "camera-2"]
    assert {(r.zone, r.min_s, r.cooldown_s) for c in site.cameras for r in c.rules} == {
        ("picture", 2.0, 20.0)
    }


def test_the_replay_analyses_every_frame_of_the_same_rules() -> None:
    site = replay_site(2, WATCH)
    assert {(c.sample_fps, c.gate) for c in site.cameras} == {(FULL_RATE_FPS, "off")}
    assert [r.id for c in site.cameras for r in c.rules] == ["anybody-picture"] * 2


def test_a_grid_covers_the_picture_once() -> None:
    zones = [ZoneConfig.model_validate({"id": k, "polygon": v}) for k, v in grid(4, 3).items()]
    assert len(zones) == 12
    corners = {tuple(point) for polygon in grid(4, 3).values() for point in polygon}
    assert {(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)} <= corners
    assert len(corners) == 5 * 4
