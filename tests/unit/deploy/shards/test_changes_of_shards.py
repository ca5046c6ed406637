"""A changed site file reaches the shards that watch what changed, and moves nobody."""

from __future__ import annotations

import json
import traceback
from typing import Any, cast

import pytest

from deploy.alert_delivery import AlertDelivery
from deploy.node_life import NodeLife
from deploy.settings import Site
from deploy.shards.messages import ORDERS, GoTo
from deploy.shards.pipe import PipeFaultError
from deploy.shards.shard_change import after, divided
from deploy.shards.shards import Shards
from deploy.shards.site_text import change_of, order_of
from deploy.site_change import site_change

PASSWORD = "s3cret-word"


class NoDelivery:
    """Nothing is delivered here."""

    def become(self, *_: object) -> None:
        """Never said."""


def camera(camera_id: str, **keys: object) -> dict[str, Any]:
    return {"id": camera_id, "area": "1", "url": f"rtsp://a:{PASSWORD}@{camera_id}", **keys}


def site(*cameras: dict[str, Any], models: tuple[str, ...] = ("coco",)) -> Site:
    return Site.model_validate(
        {
            "site": "test",
            "nodes": [{"id": "node-1"}],
            "areas": [{"id": "1", "name": "北街村", "level": "village"}],
            "mqtt": {"host": "127.0.0.1"},
            "models": [{"id": model, "card": "x"} for model in models],
            "cameras": list(cameras),
        }
    )


OLD = site(camera("a"), camera("b"), models=("coco", "own"))
SHARES = [(each,) for each in OLD.cameras]


def parts_of(new: Site) -> list[tuple[list[str], list[str], list[str]]]:
    """By shard: ids added, replaced and removed."""
    parts = divided(site_change(OLD, new, "node-1"), SHARES)
    return [
        ([c.id for c in part.added], [c.id for c in part.replaced], list(part.removed))
        for part in parts
    ]


def test_names_and_areas_go_to_no_shard() -> None:
    assert parts_of(site(camera("a", name="换了名字"), camera("b"))) == [([], [], [])] * 2


def test_what_changes_or_goes_is_told_to_its_own_shard() -> None:
    assert parts_of(site(camera("b", sample_fps=2))) == [([], [], ["a"]), ([], ["b"], [])]


def test_what_is_new_goes_where_fewest_of_its_class_are() -> None:
    new = site(
        *(camera(name) for name in ("a", "b")),
        *(camera(name, **{"class": 1}) for name in ("c", "d", "e")),
        camera("f"),
    )
    assert parts_of(new) == [(["c", "e"], [], []), (["d", "f"], [], [])]


def test_room_that_becomes_free_in_the_same_change_counts() -> None:
    new = site(camera("b"), camera("c"))
    assert parts_of(new) == [(["c"], [], ["a"]), ([], [], [])]


def test_what_a_shard_watches_afterwards_is_what_the_site_says() -> None:
    new = site(camera("b", sample_fps=2), camera("c"), camera("d"))
    parts = divided(site_change(OLD, new, "node-1"), SHARES)
    watched = [after(share, part) for share, part in zip(SHARES, parts, strict=True)]
    assert sorted((c for share in watched for c in share), key=lambda c: c.id) == [*new.cameras]


@pytest.mark.parametrize(
    ("model", "needed"), [("coco", ()), ("own", ("models.own, not in use so far",))]
)
def test_a_model_that_no_shard_has_needs_a_restart(model: str, needed: tuple[str, ...]) -> None:
    shards = Shards(OLD, SHARES, cast(AlertDelivery, NoDelivery()), NodeLife())
    new = site(camera("a"), camera("b"), camera("c", model=model), models=("coco", "own"))
    assert shards.restart_needed(new, site_change(OLD, new, "node-1")) == needed


def test_a_site_crosses_the_pipe_whole_and_is_shown_nowhere() -> None:
    new = site(camera("b", sample_fps=2), camera("c", **{"class": 1}))
    change = site_change(OLD, new, "node-1")
    order = order_of(new, change)
    arrived = ORDERS.validate_json(order.model_dump_json())
    assert arrived == order
    assert change_of(order) == (new, change)
    assert PASSWORD not in repr(order)


def test_what_is_no_site_is_refused_without_its_passwords() -> None:
    text = json.dumps({"cameras": [camera("a")]})
    with pytest.raises(PipeFaultError, match="areas") as refused:
        change_of(GoTo(site=text, added=(), replaced=(), removed=()))
    told = "".join(traceback.format_exception(refused.value))
    assert PASSWORD[-6:] not in told, "pydantic shortens what it shows in the middle"
