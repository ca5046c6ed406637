"""Which evidence goes and which stays, whatever there is and whatever the rules say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.desk.config import DeskSite
from alerts.desk.directory import Directory
from alerts.desk.retention_plan import Piece, RetentionPlan
from alerts.desk.retention_rules import Limit, RetentionRules
from alerts.retention_config import RetentionConfig
from ingest.config import Owner
from tests.desk_factories import COUNTY, OTHER_TOWN, TOWN, VILLAGE, desk_site

NOW = datetime(2026, 11, 22, tzinfo=UTC)

limits = st.builds(
    Limit,
    group=st.just(""),
    age=st.none() | st.integers(1, 60).map(lambda days: timedelta(days=days)),
    max_bytes=st.none() | st.integers(0, 400),
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Piece], dict[str, Limit], int | None]:
    """Pieces, oldest first, with their groups' limits and the limit of all."""
    groups = {
        name: Limit(group=name, age=limit.age, max_bytes=limit.max_bytes)
        for name, limit in zip("abc", draw(st.tuples(limits, limits, limits)), strict=True)
    }
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(1, 100), st.integers(0, 90), st.sampled_from("abc"), st.booleans()
            ),
            max_size=30,
        )
    )
    pieces = [
        Piece(
            size=size, kept_from=NOW - timedelta(days=age), limit=groups[name], is_needed=is_needed
        )
        for size, age, name, is_needed in rows
    ]
    pieces.sort(key=lambda piece: piece.kept_from)
    return pieces, groups, draw(st.none() | st.integers(0, 1000))


def plan(pieces: Sequence[Piece], groups: dict[str, Limit], max_bytes: int | None) -> RetentionPlan:
    held = Counter[str]()
    for piece in pieces:
        held[piece.limit.group] += piece.size
    ages = [limit.age for limit in groups.values() if limit.age is not None]
    shortest = min(ages) if ages else None
    return RetentionPlan(held, groups, max_bytes=max_bytes, shortest=shortest, now=NOW)


@given(worlds())
def test_retention_keeps_its_promises(
    world: tuple[list[Piece], dict[str, Limit], int | None],
) -> None:
    pieces, groups, max_bytes = world
    made = plan(pieces, groups, max_bytes)
    taken = [made.takes(piece) for piece in pieces]
    kept = [piece for piece, gone in zip(pieces, taken, strict=True) if not gone]
    free = [piece for piece in kept if not piece.is_needed]
    # never what an open case needs
    assert not any(gone and piece.is_needed for piece, gone in zip(pieces, taken, strict=True))
    # nothing too old stays
    for piece in free:
        assert piece.limit.age is None or NOW - piece.kept_from <= piece.limit.age
    # within every size limit, as far as open cases allow
    for limit in groups.values():
        of_group = [piece for piece in kept if piece.limit.group == limit.group]
        if limit.max_bytes is not None and sum(p.size for p in of_group) > limit.max_bytes:
            assert all(piece.is_needed for piece in of_group)
    if max_bytes is not None and sum(piece.size for piece in kept) > max_bytes:
        assert free == []


@given(worlds())
def test_only_what_a_rule_asks_for_goes_and_the_oldest_first(
    world: tuple[list[Piece], dict[str, Limit], int | None],
) -> None:
    pieces, groups, max_bytes = world
    made = plan(pieces, groups, max_bytes)
    left = Counter[str]()
    for piece in pieces:
        left[piece.limit.group] += piece.size
    for piece in pieces:
        is_old = piece.limit.age is not None and NOW - piece.kept_from > piece.limit.age
        bound = piece.limit.max_bytes
        is_over = (bound is not None and left[piece.limit.group] > bound) or (
            max_bytes is not None and left.total() > max_bytes
        )
        assert made.takes(piece) == (not piece.is_needed and (is_old or is_over))
        if not piece.is_needed and (is_old or is_over):
            left[piece.limit.group] -= piece.size


@given(worlds())
def test_a_pass_may_end_early_only_where_nothing_more_goes(
    world: tuple[list[Piece], dict[str, Limit], int | None],
) -> None:
    pieces, groups, max_bytes = world
    made = plan(pieces, groups, max_bytes)
    is_done = False
    for piece in pieces:
        is_done = is_done or made.is_done_at(piece.kept_from)
        assert not (made.takes(piece) and is_done)


def household(site: DeskSite, camera_id: str) -> DeskSite:
    from dataclasses import replace

    cameras = tuple(
        replace(camera, owner=Owner.HOUSEHOLD) if camera.id == camera_id else camera
        for camera in site.cameras
    )
    return replace(site, cameras=cameras)


@pytest.mark.parametrize(
    ("camera", "area", "days"),
    [
        ("plaza-east", TOWN, 90),  # a department's
        ("gate-1", VILLAGE, 7),  # a household's, by the village's rule
        ("yard-1", OTHER_TOWN, 60),  # by the county's rule
        ("gone", TOWN, 30),  # unknown: as a household's
        ("gone", "no such area", 30),
    ],
)
def test_the_nearest_area_that_says_something_about_the_owner_decides(
    tmp_path: Path, camera: str, area: str, days: int
) -> None:
    config = RetentionConfig.model_validate(
        {
            "areas": [
                {"area": VILLAGE, "household": {"days": 7}},
                {"area": TOWN, "department": {"days": 90}},
                {"area": COUNTY, "department": {"days": 60}},
            ]
        }
    )
    rules = RetentionRules(Directory(household(desk_site(tmp_path), "gate-1")), config)
    assert rules.limit(camera, area).age == timedelta(days=days)
    assert rules.shortest == timedelta(days=7)


def test_by_default_a_household_is_kept_for_a_shorter_time() -> None:
    config = RetentionConfig()
    assert config.household.days is not None
    assert config.department.days is not None
    assert config.household.days < config.department.days
