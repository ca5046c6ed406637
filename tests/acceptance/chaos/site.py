"""The site files: one for the node and one for the desk, each with its own way to the broker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from deploy.bench.live_site import grid
from deploy.free_port import LOOPBACK
from deploy.rtsp_server import stream_url
from tests.brokers import USER

NODE = "chaos-node"
SAMPLES = ("plaza-east.mp4", "market-crossing.mp4", "station-road.mp4", "gate-li.mp4")
ZONES = grid(6, 3)
RULES = ("a", "b")
"""Each zone is watched twice, so that alerts come several times a second from four streams."""


def write_site(
    file: Path,
    *,
    data: Path,
    store: Path,
    mqtt: tuple[str, int],
    password: Path,
    ports: dict[str, int],
) -> Path:
    """Write it; returns `file`.

    `mqtt` is the way to the broker, `ports` are those of `node`, `desk` and `rtsp`.
    """
    site = {
        "site": "chaos",
        "data": str(data),
        "nodes": [{"id": NODE, "bind": f"{LOOPBACK}:{ports['node']}"}],
        "areas": [{"id": "1", "name": "北街村", "level": "village"}],
        "mqtt": {
            "host": mqtt[0],
            "port": mqtt[1],
            "username": USER,
            "password_file": str(password),
        },
        "evidence": {"store": f"file://{store}", "pre_roll_s": 0.5, "post_roll_s": 0.5},
        "models": [{"id": "coco", "card": "nanodet-g-int8"}],
        "desk": {
            "url": f"http://{LOOPBACK}:{ports['desk']}",
            "bind": f"{LOOPBACK}:{ports['desk']}",
        },
        "cameras": [_camera(number, ports["rtsp"]) for number in range(len(SAMPLES))],
    }
    file.write_text(yaml.safe_dump(site, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


def _camera(number: int, rtsp: int) -> dict[str, Any]:
    return {
        "id": f"camera-{number}",
        "area": "1",
        "url": stream_url(rtsp, SAMPLES[number]),
        "zones": [{"id": name, "polygon": shape} for name, shape in ZONES.items()],
        "rules": [
            {
                "id": f"{zone}-{rule}",
                "kind": "presence",
                "labels": ["person"],
                "zone": zone,
                "min_s": 0.2,
                "cooldown_s": 0,
            }
            for zone in ZONES
            for rule in RULES
        ],
    }
