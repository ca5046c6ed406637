"""Up to which area a late case has risen: town, then county."""

from __future__ import annotations

from alerts.desk.directory import Directory


def escalated_to(directory: Directory, area_id: str, level: int) -> str | None:
    """The area that supervises a case of `area_id`; None at level 0. Clipped at the top."""
    if level <= 0:
        return None
    above = directory.above(area_id)
    return above[min(level, len(above)) - 1] if above else area_id


def top_level(directory: Directory, area_id: str) -> int:
    """The highest level there is for an area; a case of the county itself rises to it, once."""
    return max(1, len(directory.above(area_id)))


def level_of(directory: Directory, area_id: str, supervisor_area: str) -> int:
    """The level at which an area supervises; 1 for the area of the case itself."""
    above = directory.above(area_id)
    return above.index(supervisor_area) + 1 if supervisor_area in above else 1
