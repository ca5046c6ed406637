"""Areas and cameras of a site that changes while the desk runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from alerts.desk.directory import Directory
from tests.desk_factories import COUNTY, TOWN, VILLAGE, desk_site


def test_another_site_is_gone_by_at_once(tmp_path: Path) -> None:
    site = desk_site(tmp_path)
    directory = Directory(site)
    assert VILLAGE in directory.below(TOWN)
    moved = [replace(c, area=COUNTY) if c.id == "gate-1" else c for c in site.cameras]
    areas = tuple(area for area in site.areas if area.id != VILLAGE)
    directory.take(replace(site, areas=areas, cameras=tuple(moved)))
    assert directory.below(TOWN) == {TOWN}
    assert directory.below(VILLAGE) == frozenset()
    assert directory.cameras["gate-1"].area == COUNTY
    assert directory.area_name(VILLAGE) == VILLAGE
