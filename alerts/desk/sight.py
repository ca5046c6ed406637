"""Which cases an officer sees, by area and role: as conditions of a query, and of one case.

Whoever reads cases goes through here: queue, case, evidence, search, figures, events. A case out of
sight does not exist. What may be *done* with cases in sight is said in `rights`.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement, false, or_

from alerts.desk.aside import aside
from alerts.desk.changes import Change
from alerts.desk.directory import Directory
from alerts.desk.rights import Right, may
from alerts.desk.tables import CaseRecord
from alerts.desk.views import Officer, Role


class Handed(Protocol):
    """Where a case lies, whom it was handed to, and who opened it by hand."""

    @property
    def area_id(self) -> str: ...  # noqa: D102
    @property
    def department(self) -> str | None: ...  # noqa: D102
    @property
    def handler_id(self) -> int | None: ...  # noqa: D102
    @property
    def opened_by_id(self) -> int | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A `Handed` kept from before a move, to tell those who lose the case, too."""

    area_id: str
    department: str | None
    handler_id: int | None
    opened_by_id: int | None


def case_conditions(officer: Officer, directory: Directory) -> list[ColumnElement[bool]]:
    """Conditions on `CaseRecord`, all of which hold for the cases that the officer sees."""
    areas = aside(CaseRecord.area_id).in_(sorted(directory.seen_by(officer)))
    return [areas, *own_conditions(officer)]


def own_conditions(officer: Officer) -> list[ColumnElement[bool]]:
    """Those of the role: none for officers who see every case of their areas."""
    if not may(officer, Right.SEE_CASES):
        return [false()]
    if officer.role is Role.DEPARTMENT_HANDLER:
        is_theirs = officer.department is not None
        return [CaseRecord.department == officer.department if is_theirs else false()]
    if officer.role is Role.GRID_WORKER:
        return [or_(CaseRecord.handler_id == officer.id, CaseRecord.opened_by_id == officer.id)]
    return []


def sight_key(officer: Officer) -> Hashable:
    """The same for officers who see exactly the same cases and equipment, and may do the same."""
    own = officer.id if officer.role is Role.GRID_WORKER else None
    return (officer.role, officer.area_id, officer.department, officer.scopes, own)


def sees_case(officer: Officer, directory: Directory, case: Handed) -> bool:
    """The same for one case at hand."""
    if not may(officer, Right.SEE_CASES) or case.area_id not in directory.seen_by(officer):
        return False
    if officer.role is Role.DEPARTMENT_HANDLER:
        return officer.department is not None and case.department == officer.department
    if officer.role is Role.GRID_WORKER:
        return officer.id in {case.handler_id, case.opened_by_id}
    return True


def hears_of(officer: Officer, directory: Directory, change: Change) -> bool:
    """Whether a change concerns the officer: what they may not see, they do not hear of."""
    if change.kind == "case" and not may(officer, Right.SEE_CASES):
        return False
    if change.kind in {"camera", "node"} and not may(officer, Right.SEE_EQUIPMENT):
        return False
    if change.area_id is not None and change.area_id not in directory.seen_by(officer):
        return False
    if change.kind == "case" and officer.role is Role.DEPARTMENT_HANDLER:
        return officer.department in change.departments
    if change.kind == "case" and officer.role is Role.GRID_WORKER:
        return officer.id in change.officer_ids
    return True


def holding(case: Handed) -> Holding:
    """Whom the case is with now; take it before a move that may hand it to somebody else."""
    return Holding(
        area_id=case.area_id,
        department=case.department,
        handler_id=case.handler_id,
        opened_by_id=case.opened_by_id,
    )


def case_change(code: str, case: Handed, *, before: Handed | None = None) -> Change:
    """What to publish of a case after its commit; `before` where it changed hands."""
    held = [case] if before is None else [case, before]
    handlers = {person for each in held for person in (each.handler_id, each.opened_by_id)}
    return Change(
        kind="case",
        id=code,
        area_id=case.area_id,
        version=case.version if isinstance(case, CaseRecord) else None,
        departments=frozenset(each.department for each in held if each.department is not None),
        officer_ids=frozenset(person for person in handlers if person is not None),
    )
