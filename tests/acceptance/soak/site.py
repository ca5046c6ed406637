"""The site file of a soak: what takes seconds on a real site takes less."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from deploy.free_port import LOOPBACK, free_port
from tests.brokers import USER, Mosquitto

TIMEOUT_S = 1.0
"""For opening and reading: a third of the default."""
ZONE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]


def write_site(folder: Path, urls: Sequence[str], broker: Mosquitto) -> Path:
    """One node watches all `urls`; returns the file."""
    site = {
        "site": "soak",
        "data": str(folder),
        "nodes": [{"id": "soak-node", "bind": f"{LOOPBACK}:{free_port()}"}],
        "areas": [{"id": "1", "name": "北街村", "level": "village"}],
        "mqtt": {
            "host": LOOPBACK,
            "port": broker.port,
            "username": USER,
            "password_file": str(broker.password_file),
        },
        "evidence": {"store": f"file://{folder}/evidence", "pre_roll_s": 1, "post_roll_s": 1},
        "models": [{"id": "coco", "card": "nanodet-g-int8"}],
        "desk": {"bind": f"{LOOPBACK}:{free_port()}"},
        "cameras": [_camera(number, url) for number, url in enumerate(urls)],
    }
    file = folder / "site.yaml"
    file.write_text(yaml.safe_dump(site, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


def _camera(number: int, url: str) -> dict[str, Any]:
    rule = {"id": "anybody", "kind": "presence", "labels": ["person"], "zone": "all"}
    return {
        "id": f"camera-{number}",
        "area": "1",
        "url": url,
        "sample_fps": 2,
        "open_timeout_s": TIMEOUT_S,
        "read_timeout_s": TIMEOUT_S,
        "zones": [{"id": "all", "polygon": ZONE}],
        "rules": [rule | {"min_s": 1, "cooldown_s": 0}],
    }
