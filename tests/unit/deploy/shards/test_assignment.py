"""Cameras are shared out evenly, and stay where they are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from deploy.settings import SiteCamera
from deploy.shards import assignment
from deploy.shards.assignment import fitting_shards, share_out, site_of_shard
from tests.node_rig import site_of


def camera(number: int, class_: int = 2) -> SiteCamera:
    return SiteCamera.model_validate(
        {"id": f"camera-{number}", "area": "1", "url": "rtsp://192.0.2.1/", "class": class_}
    )


def mixed(count: int) -> list[SiteCamera]:
    return [camera(number, 1 + number % 7 % 3) for number in range(count)]


def places(cameras: list[SiteCamera], shards: int) -> dict[str, int]:
    shares = share_out(cameras, shards)
    return {each.id: shard for shard, share in enumerate(shares) for each in share}


def counts(share: tuple[SiteCamera, ...]) -> list[int]:
    by_class = Counter(each.class_ for each in share)
    return [len(share), *(by_class[class_] for class_ in (1, 2, 3))]


@pytest.mark.parametrize("shards", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("count", [1, 2, 5, 64, 101])
def test_shards_are_even_in_all_and_of_each_class(count: int, shards: int) -> None:
    shares = share_out(mixed(count), shards)
    assert sorted(c.id for share in shares for c in share) == sorted(c.id for c in mixed(count))
    assert len(shares) == min(count, shards)
    for column in zip(*map(counts, shares), strict=True):
        assert max(column) - min(column) <= 1


@pytest.mark.parametrize("shards", [2, 4, 8])
def test_a_camera_added_moves_few_others(shards: int) -> None:
    for count in range(40, 60):
        before, after = places(mixed(count), shards), places(mixed(count + 1), shards)
        moved = [each for each in before if before[each] != after[each]]
        assert len(moved) <= 2 * shards


def test_on_two_shards_a_camera_taken_away_moves_at_most_one_of_each_class() -> None:
    everybody = mixed(64)
    before = places(everybody, 2)
    for gone in everybody:
        after = places([each for each in everybody if each is not gone], 2)
        moved = [
            each for each in everybody if each is not gone and before[each.id] != after[each.id]
        ]
        assert max(Counter(each.class_ for each in moved).values(), default=0) <= 1


def test_the_order_of_the_site_file_does_not_matter() -> None:
    assert places(mixed(30), 4) == places(mixed(30)[::-1], 4)


def test_a_node_without_cameras_is_one_empty_share() -> None:
    assert share_out([], 4) == [()]


@pytest.mark.parametrize(
    ("cameras", "shards"), [(0, 1), (1, 1), (30, 1), (31, 2), (90, 3), (91, 4), (2000, 4)]
)
def test_a_node_of_many_cameras_takes_as_many_processes_as_it_needs_and_has_cores(
    monkeypatch: pytest.MonkeyPatch, cameras: int, shards: int
) -> None:
    monkeypatch.setattr(assignment, "cores", lambda: 4)
    assert fitting_shards(cameras) == shards


@pytest.mark.parametrize(("shards", "threads"), [(1, 6), (2, 3), (4, 1), (9, 1)])
def test_shards_share_the_cores_where_a_model_names_no_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shards: int, threads: int
) -> None:
    monkeypatch.setattr(assignment, "cores", lambda: 6)
    site = site_of(tmp_path, 1883, [])
    told = site_of_shard(site, shards)
    assert [model.threads for model in told.models] == [threads]
    said = told.model_copy(update={"models": (told.models[0].model_copy(update={"threads": 5}),)})
    assert site_of_shard(said, shards).models[0].threads == 5
