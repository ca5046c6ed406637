"""Who may see which part of the site: areas, cameras and nodes by officer."""

from __future__ import annotations

from alerts.area import AreaConfig, subtree
from alerts.desk.config import DeskCamera, DeskSite
from alerts.desk.equipment_views import AreaRow
from alerts.desk.limit_clock import LimitClock
from alerts.desk.time_limits import Limits
from alerts.desk.views import Officer
from ingest.config import Owner


class Directory:
    """The site file's areas and cameras, by id.

    Attributes:
        site: As it is now.
        areas: All areas by id.
        cameras: All cameras by id.
        limits: How long the steps of a case may take.
    """

    def __init__(self, site: DeskSite, *, limit_clock: LimitClock | None = None) -> None:
        self._limit_clock = limit_clock or LimitClock()
        self.take(site)

    def take(self, site: DeskSite) -> None:
        """Go by `site` from now on; from any thread. Each part is replaced whole."""
        self.site = site
        self.areas: dict[str, AreaConfig] = {area.id: area for area in site.areas}
        self.cameras: dict[str, DeskCamera] = {camera.id: camera for camera in site.cameras}
        self._below: dict[str, frozenset[str]] = {}
        self.limits = Limits(site.desk.limits, self._limit_clock)

    def area_name(self, area_id: str) -> str:
        """Its name; the id where it has left the site file."""
        area = self.areas.get(area_id)
        return area_id if area is None else area.name

    def camera_name(self, camera_id: str) -> str:
        """Its name; the id where it has none or has left the site file."""
        camera = self.cameras.get(camera_id)
        return camera_id if camera is None else camera.name or camera_id

    def owner_of(self, camera_id: str) -> Owner:
        """Whose camera it is; a household's where it has left the site file."""
        camera = self.cameras.get(camera_id)
        return Owner.HOUSEHOLD if camera is None else camera.owner

    def below(self, area_id: str) -> frozenset[str]:
        """`area_id` and all areas below it; empty for an unknown area."""
        if area_id not in self.areas:
            return frozenset()
        known = self._below  # what is computed for a site that was replaced stays with it
        if area_id not in known:
            known[area_id] = subtree(self.site.areas, area_id)
        return known[area_id]

    def above(self, area_id: str) -> tuple[str, ...]:
        """The areas above `area_id`, nearest first; empty for the county and an unknown area."""
        found, area = list[str](), self.areas.get(area_id)
        while area is not None and area.parent in self.areas and area.parent not in found:
            found.append(area.parent)
            area = self.areas[area.parent]
        return tuple(found)

    def seen_by(self, officer: Officer) -> frozenset[str]:
        """The areas whose cases, cameras and footage the officer may see."""
        return self.below(officer.area_id)

    def cameras_of(self, officer: Officer) -> tuple[DeskCamera, ...]:
        """The cameras in the officer's areas."""
        seen = self.seen_by(officer)
        return tuple(camera for camera in self.site.cameras if camera.area in seen)

    def areas_of(self, officer: Officer) -> tuple[AreaRow, ...]:
        """The officer's areas, parents first."""
        children: dict[str | None, list[AreaConfig]] = {}
        for area in self.site.areas:
            children.setdefault(area.parent, []).append(area)
        rows, rest, seen = list[AreaRow](), [officer.area_id], set[str]()
        while rest:
            area_id = rest.pop()
            if area_id in seen or area_id not in self.areas:
                continue
            seen.add(area_id)
            rows.append(_row(self.areas[area_id]))
            rest += [child.id for child in reversed(children.get(area_id, []))]
        return tuple(rows)


def _row(area: AreaConfig) -> AreaRow:
    return AreaRow(area_id=area.id, name=area.name, level=area.level, parent=area.parent)
