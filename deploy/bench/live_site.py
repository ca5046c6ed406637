"""Site files of the live benchmarks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deploy.bench.variants import Variant
from deploy.free_port import LOOPBACK
from deploy.settings import Site
from models.catalogue import DEFAULT_CARD

SITE = "bench"
NODE = "bench-node"
LIVE_FPS = 5.0
FULL_RATE_FPS = 60.0

WHOLE = {"picture": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]}
Zones = dict[str, list[list[float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is looked for at every camera: a person for `min_s` in any of `zones`."""

    zones: Zones
    cooldown_s: float
    min_s: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchPorts:
    """Where the parts listen."""

    mqtt: int
    node: int
    desk: int


def grid(columns: int, rows: int) -> Zones:
    """The picture cut into `columns` times `rows` zones."""
    return {
        f"cell-{x}-{y}": [
            [(x + right) / columns, (y + below) / rows]
            for right, below in ((0, 0), (1, 0), (1, 1), (0, 1))
        ]
        for x in range(columns)
        for y in range(rows)
    }


def live_site(
    cameras: int, url: Callable[[int], str], watch: Watch, *, data: Path, ports: BenchPorts
) -> dict[str, Any]:
    """A site with `cameras` live cameras, one node and a desk."""
    return _site([_camera(number, url(number), watch) for number in range(cameras)]) | {
        "data": str(data),
        "nodes": [{"id": NODE, "bind": f"{LOOPBACK}:{ports.node}"}],
        "mqtt": {"host": LOOPBACK, "port": ports.mqtt},
        "desk": {"url": f"http://{LOOPBACK}:{ports.desk}", "bind": f"{LOOPBACK}:{ports.desk}"},
    }


def with_variant(site: dict[str, Any], variant: Variant) -> dict[str, Any]:
    """The same site with the settings of `variant`."""
    return site | {
        "cameras": [camera | dict(variant.camera) for camera in site["cameras"]],
        "models": [model | dict(variant.model) for model in site["models"]],
    }


def replay_site(files: int, watch: Watch) -> Site:
    """A site of recorded files, every frame analysed, nothing gated."""
    full = {"sample_fps": FULL_RATE_FPS, "gate": "off"}
    cameras = [_camera(number, f"file-{number}", watch) | full for number in range(files)]
    return Site.model_validate(_site(cameras))


def write_site(site: dict[str, Any], file: Path) -> Path:
    """Write a site file; returns `file`."""
    file.write_text(yaml.safe_dump(site, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


def _site(cameras: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "site": SITE,
        "areas": [{"id": "0", "name": "bench", "level": "village"}],
        "mqtt": {"host": LOOPBACK},
        "models": [{"id": "coco", "card": DEFAULT_CARD}],
        "cameras": cameras,
    }


def _camera(number: int, url: str, watch: Watch) -> dict[str, Any]:
    return {
        "id": f"camera-{number}",
        "area": "0",
        "url": url,
        "sample_fps": LIVE_FPS,
        "zones": [{"id": k, "polygon": polygon} for k, polygon in watch.zones.items()],
        "rules": [
            {
                "id": f"anybody-{zone}",
                "kind": "presence",
                "labels": ["person"],
                "zone": zone,
                "min_s": watch.min_s,
                "cooldown_s": watch.cooldown_s,
            }
            for zone in watch.zones
        ],
    }
