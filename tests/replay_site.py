"""A site file's worth of one of the demo's samples, for replay."""

from __future__ import annotations

from deploy.samples.cameras import AREAS, SampleCamera
from deploy.settings import Site

MODEL = "coco"


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
            "models": [{"id": MODEL, "card": "nanodet-g-int8"}],
            "cameras": [camera],
        }
    )
