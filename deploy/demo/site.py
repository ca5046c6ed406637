"""The demo's site file: the samples' cameras, or a visitor's own recordings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from deploy.samples.cameras import AREAS, CAMERAS, SampleCamera
from models.catalogue import DEFAULT_CARD

WHOLE_PICTURE = [[0, 0], [1, 0], [1, 1], [0, 1]]
NODE = "demo-node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where the demo's parts listen, all on the loopback interface."""

    mqtt: int
    node: int
    desk: int


def sample_cameras(url: Callable[[str], str]) -> list[dict[str, Any]]:
    """Entries of the six sample cameras; `url` gives the address of a clip."""
    return [_sample(camera, url(camera.file)) for camera in CAMERAS]


def _sample(camera: SampleCamera, url: str) -> dict[str, Any]:
    until = (datetime.now(UTC) + timedelta(days=365)).date()
    consent = {"until": until, "purpose": camera.consent_purpose}
    return {
        "id": camera.camera_id,
        "name": camera.name,
        "owner": camera.owner,
        "department": camera.department,
        "class": camera.camera_class,
        "area": camera.area_id,
        "url": url,
        "privacy_masks": _lists(camera.privacy_masks),
        "consent": consent if camera.consent_purpose else None,
        "zones": [
            {"id": k, "name": camera.zone_names[k], "polygon": _lists(polygon)}
            for k, polygon in camera.zones.items()
        ],
        "rules": [
            {
                "id": rule.rule_id,
                "kind": "presence",
                "labels": list(rule.labels),
                "zone": rule.zone_id,
                "min_s": rule.min_s,
                "cooldown_s": rule.cooldown_s,
                "severity": rule.severity,
            }
            for rule in camera.rules
        ],
    }


def _lists(points: Sequence[Any]) -> list[Any]:
    return [list(point) for point in points]


def visitor_cameras(
    videos: Sequence[Path], originals: Sequence[Path], url: Callable[[str], str]
) -> list[dict[str, Any]]:
    """Entries for a visitor's recordings: somebody anywhere in the picture for two seconds."""
    return [
        {
            "id": f"video-{number}",
            "name": original.stem[:100],
            "area": AREAS[-1].area_id,
            "url": url(video.name),
            "zones": [{"id": "picture", "name": "画面", "polygon": WHOLE_PICTURE}],
            "rules": [
                {
                    "id": "somebody",
                    "kind": "presence",
                    "labels": ["person"],
                    "zone": "picture",
                    "cooldown_s": 20,
                }
            ],
        }
        for number, (video, original) in enumerate(zip(videos, originals, strict=True), 1)
    ]


def write_site(data: Path, cameras: list[dict[str, Any]], ports: Ports) -> Path:
    """Write the demo's site file into `data`."""
    site = {
        "site": "demo",
        "data": str(data),
        "nodes": [{"id": NODE, "bind": f"127.0.0.1:{ports.node}"}],
        "areas": [
            {"id": a.area_id, "name": a.name, "level": a.level, "parent": a.parent} for a in AREAS
        ],
        "mqtt": {"host": "127.0.0.1", "port": ports.mqtt},
        "models": [{"id": "coco", "card": DEFAULT_CARD}],
        "cameras": cameras,
        "desk": {
            "url": f"http://127.0.0.1:{ports.desk}",
            "bind": f"127.0.0.1:{ports.desk}",
        },
    }
    file = data / "site.yaml"
    file.write_text(yaml.safe_dump(site, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file
