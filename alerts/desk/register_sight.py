"""Which entries a reader sees: those of their areas."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement

from alerts.desk.directory import Directory
from alerts.desk.register_table import RegisterRecord
from alerts.desk.views import Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSight:
    """Entries of `areas`; with `is_all_but`, of all others.

    Whoever reads for the top of the tree sees what belongs to areas that have left the site file,
    too: an entry must not go out of everybody's sight because an area was renamed.
    """

    areas: frozenset[str]
    is_all_but: bool = False

    def holds(self, area_id: str) -> bool:
        """Whether an entry of this area is seen."""
        return (area_id in self.areas) is not self.is_all_but

    def condition(self) -> ColumnElement[bool]:
        """The same in SQL."""
        areas = sorted(self.areas)
        column = RegisterRecord.area_id
        return column.not_in(areas) if self.is_all_but else column.in_(areas)


def sight_of(officer: Officer, directory: Directory) -> RegisterSight:
    """What this officer sees of the register."""
    seen = directory.seen_by(officer)
    own = directory.areas.get(officer.area_id)
    if own is not None and own.parent is None:
        return RegisterSight(areas=frozenset(directory.areas) - seen, is_all_but=True)
    return RegisterSight(areas=seen)
