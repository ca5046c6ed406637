"""Of a changed site file a divided node takes names and areas; other cameras need a restart."""

from __future__ import annotations

from typing import Any, cast

import pytest

from deploy.alert_delivery import AlertDelivery
from deploy.node_life import NodeLife
from deploy.settings import Site
from deploy.shards.shards import Shards
from deploy.site_change import site_change


class NoDelivery:
    """Nothing is delivered here."""

    def become(self, *_: object) -> None:
        """Never said."""


def camera(camera_id: str, **keys: object) -> dict[str, Any]:
    return {"id": camera_id, "area": "1", "url": f"rtsp://{camera_id}", **keys}


def site(*cameras: dict[str, Any]) -> Site:
    return Site.model_validate(
        {
            "site": "test",
            "nodes": [{"id": "node-1"}],
            "areas": [{"id": "1", "name": "北街村", "level": "village"}],
            "mqtt": {"host": "127.0.0.1"},
            "models": [{"id": "coco", "card": "x"}],
            "cameras": list(cameras),
        }
    )


@pytest.mark.parametrize(
    ("cameras", "needed"),
    [
        ([camera("a", name="换了名字"), camera("b", area="2")], ()),
        ([camera("a"), camera("b"), camera("c")], ("cameras (divided over 2 shards)",)),
        ([camera("a")], ("cameras (divided over 2 shards)",)),
        ([camera("a"), camera("b", sample_fps=2)], ("cameras (divided over 2 shards)",)),
    ],
)
def test_only_what_is_said_of_cameras_changes_without_a_restart(
    cameras: list[dict[str, Any]], needed: tuple[str, ...]
) -> None:
    old = site(camera("a"), camera("b"))
    shares = [(each,) for each in old.cameras]
    shards = Shards(old, shares, cast(AlertDelivery, NoDelivery()), NodeLife())
    assert shards.restart_needed(site_change(old, site(*cameras), "node-1")) == needed
