"""The site files: one for the node and one for the desk, each with its own way to the broker.

With SQLite all is on one machine and evidence goes into a folder; with PostgreSQL the node sends
it over the network to the desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deploy.bench.live_site import grid
from deploy.free_port import LOOPBACK
from deploy.rtsp_server import stream_url
from tests.brokers import USER
from tests.leaks import planted

EVIDENCE = "evidence"
NODE = "chaos-node"
SAMPLES = ("plaza-east.mp4", "market-crossing.mp4", "station-road.mp4", "gate-li.mp4")
ZONES = grid(6, 3)
RULES = ("a", "b")
"""Each zone is watched twice, so that alerts come several times a second from four streams."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What both site files agree on.

    Attributes:
        folder: The run's; passwords lie there.
        desk: The desk's address, as the node and the desk itself see it.
        database: The desk's.
    """

    folder: Path
    desk: str
    node_port: int
    rtsp_port: int
    password: Path
    database: str


def write_site(name: str, places: Places, *, data: Path, mqtt: tuple[str, int]) -> None:
    """Write `{name}.yaml`; `mqtt` is the way to the broker."""
    token = places.folder / "node-token"
    token.write_text(planted("chaos-node-token"), encoding="utf-8")
    is_local = places.database.startswith("sqlite:")
    store = f"file://{places.folder}/{EVIDENCE}" if is_local else "desk"
    site = {
        "site": "chaos",
        "data": str(data),
        "nodes": [{"id": NODE, "bind": f"{LOOPBACK}:{places.node_port}"}],
        "areas": [{"id": "1", "name": "北街村", "level": "village"}],
        "mqtt": {
            "host": mqtt[0],
            "port": mqtt[1],
            "username": USER,
            "password_file": str(places.password),
        },
        "evidence": {"store": store, "pre_roll_s": 0.5, "post_roll_s": 0.5},
        "models": [{"id": "coco", "card": "nanodet-g-int8"}],
        "desk": {
            "url": f"http://{places.desk}",
            "bind": places.desk,
            "database": places.database,
            "node_token_file": str(token),
        },
        "cameras": [_camera(number, places.rtsp_port) for number in range(len(SAMPLES))],
    }
    text = yaml.safe_dump(site, allow_unicode=True, sort_keys=False)
    (places.folder / f"{name}.yaml").write_text(text, encoding="utf-8")


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
