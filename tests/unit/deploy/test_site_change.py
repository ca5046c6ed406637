"""What a changed site file means for a node that runs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.settings import Site
from deploy.site_change import cameras_of, desk_change, site_change

NODE = "node-1"
ZONE = {"id": "lawn", "polygon": [[0, 0], [1, 0], [1, 1]]}
RULE = {"id": "r", "kind": "presence", "labels": ["person"], "zone": "lawn"}


def camera(camera_id: str = "a", **keys: object) -> dict[str, Any]:
    return {"id": camera_id, "area": "1", "url": f"rtsp://{camera_id}", **keys}


def site(*cameras: dict[str, Any], **keys: object) -> Site:
    base: dict[str, Any] = {
        "site": "test",
        "nodes": [{"id": NODE}, {"id": "node-2", "bind": "127.0.0.1:8091"}],
        "areas": [{"id": "1", "name": "北街村", "level": "village"}],
        "mqtt": {"host": "127.0.0.1"},
        "models": [{"id": "coco", "card": "x"}, {"id": "other", "card": "y"}],
        "cameras": list(cameras),
    }
    return Site.model_validate(base | keys)


PLAIN = camera(zones=[ZONE], rules=[RULE])


@pytest.mark.parametrize(
    "change",
    [
        {"url": "rtsp://elsewhere"},
        {"url": "rtsp://admin:other@a"},
        {"sample_fps": 2},
        {"gate": "off"},
        {"transport": "udp"},
        {"privacy_masks": [[[0, 0], [1, 0], [1, 1]]]},
        {"owner": "household", "consent": {"until": "2027-01-01", "purpose": "夜间防盗"}},
        {"model": "other"},
        {"rules": []},
        {"rules": [RULE | {"min_s": 9}]},
        {"rules": [RULE | {"model": "other"}]},
        {"zones": [ZONE | {"polygon": [[0, 0], [1, 0], [1, 0.5]]}]},
    ],
)
def test_a_camera_that_is_watched_otherwise_is_replaced(change: dict[str, Any]) -> None:
    found = site_change(site(PLAIN), site(PLAIN | change), NODE)
    assert [each.id for each in found.replaced] == ["a"]
    assert (found.added, found.removed, found.restart_needed) == ((), (), ())


@pytest.mark.parametrize(
    "change", [{"name": "北街村口"}, {"area": "2"}, {"department": "公安"}, {}]
)
def test_a_camera_that_is_only_called_otherwise_goes_on(change: dict[str, Any]) -> None:
    found = site_change(site(PLAIN), site(PLAIN | change), NODE)
    assert found.admitted == ()
    assert found.dismissed == ()


def test_cameras_come_go_and_move_between_nodes() -> None:
    old = site(camera("stays"), camera("goes"), camera("leaves"), camera("comes", node="node-2"))
    new = site(camera("stays"), camera("new"), camera("leaves", node="node-2"), camera("comes"))
    found = site_change(old, new, NODE)
    assert {each.id for each in found.added} == {"new", "comes"}
    assert set(found.removed) == {"goes", "leaves"}
    assert found.replaced == ()


def test_another_first_model_changes_the_cameras_that_name_none() -> None:
    models = [{"id": "other", "card": "y"}, {"id": "coco", "card": "x"}]
    old = site(camera("a"), camera("b", model="coco"))
    new = site(camera("a"), camera("b", model="coco"), models=models)
    assert [each.id for each in site_change(old, new, NODE).replaced] == ["a"]


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"site": "another"}, "site"),
        ({"data": "/elsewhere"}, "data"),
        ({"timezone": "Asia/Tokyo"}, "timezone"),
        ({"mqtt": {"host": "192.0.2.1"}}, "mqtt"),
        ({"evidence": {"pre_roll_s": 9}}, "evidence"),
        ({"nodes": [{"id": NODE, "bind": "127.0.0.1:9999"}]}, "nodes.node-1"),
        ({"nodes": [{"id": "node-2", "bind": "127.0.0.1:8091"}]}, "nodes.node-1"),
        ({"models": [{"id": "coco", "card": "x", "max_batch": 9}]}, "models.coco"),
    ],
)
def test_what_is_read_at_the_start_only_needs_a_restart(keys: dict[str, Any], named: str) -> None:
    assert site_change(site(), site(**keys), NODE).restart_needed == (named,)


def test_other_nodes_areas_and_the_desk_are_no_matter_of_this_node() -> None:
    keys: dict[str, Any] = {
        "nodes": [{"id": NODE}, {"id": "node-3", "bind": "127.0.0.1:8093"}],
        "areas": [{"id": "9", "name": "南街村", "level": "village"}],
        "desk": {"session_hours": 1},
        "models": [{"id": "coco", "card": "x"}],
    }
    found = site_change(site(), site(**keys), NODE)
    assert found.restart_needed == ()


def test_the_desks_address_matters_where_evidence_goes_there() -> None:
    evidence = {"evidence": {"store": "desk"}}
    old = site(**evidence, desk={"node_token_file": "/t"})
    new = site(**evidence, desk={"node_token_file": "/t", "url": "http://192.0.2.1"})
    assert site_change(old, new, NODE).restart_needed == ("desk.url",)


cameras = st.dictionaries(
    st.sampled_from("abcdef"),
    st.fixed_dictionaries(
        {"node": st.sampled_from([NODE, "node-2"]), "sample_fps": st.integers(1, 3)}
    ),
)


@given(cameras, cameras)
def test_a_node_that_takes_the_change_watches_what_a_fresh_one_would(
    before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]
) -> None:
    old, new = (site(*(camera(k, **v) for k, v in each.items())) for each in (before, after))
    change, watched = site_change(old, new, NODE), cameras_of(old, NODE)
    untouched = set(watched) - set(change.dismissed)
    for camera_id in change.dismissed:
        del watched[camera_id]
    for each in change.admitted:
        assert each.id not in watched
        watched[each.id] = each
    assert watched == cameras_of(new, NODE)
    same = {key for key in before if before[key] == after.get(key) and before[key]["node"] == NODE}
    assert untouched == same


def test_the_desk_goes_by_other_areas_and_cameras_and_by_nothing_else_new() -> None:
    areas = [{"id": "9", "name": "南街村", "level": "village"}]
    found = desk_change(site(camera("a")), site(camera("b", node="node-2"), areas=areas))
    assert ([each.id for each in found.added], found.removed) == (["b"], ("a",))
    assert found.restart_needed == ()
    moved = desk_change(site(), site(desk={"session_hours": 1}, mqtt={"host": "192.0.2.1"}))
    assert moved.restart_needed == ("desk", "mqtt")
