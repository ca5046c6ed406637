"""To whom a case can be handed: departments, and officers who act on what is handed to them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.desk.case_actions import DESK
from alerts.desk.directory import Directory
from alerts.desk.errors import RequestError
from alerts.desk.tables import CaseRecord, OfficerRecord
from alerts.desk.views import Officer, Role
from alerts.errors import NotAllowedError

TAKES = frozenset(
    {
        Role.GRID_WORKER,
        Role.DEPARTMENT_HANDLER,
        Role.VILLAGE_OFFICER,
        Role.TOWN_OFFICER,
        Role.COUNTY_SUPERVISOR,
    }
)
MAX_DEPARTMENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A department, an officer, or an officer of a department; not neither.

    Attributes:
        department: As the site file's cameras or officers' accounts name it.
        handler_id: The officer's id.
    """

    department: str | None = None
    handler_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientRow:
    """An officer to whom a case can be handed."""

    officer_id: int
    display_name: str
    role: Role
    department: str | None
    area_id: str
    area_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """Whom an officer may choose from; a village officer sees no departments.

    Attributes:
        departments: To dispatch to.
        officers: To dispatch to.
        colleagues: At a desk of the case's area, to hand an accepted case over to.
    """

    departments: tuple[str, ...]
    officers: tuple[RecipientRow, ...]
    colleagues: tuple[RecipientRow, ...]


def recipients_for(
    session: Session, record: CaseRecord, officer: Officer, directory: Directory
) -> Recipients:
    """Everybody to whom `officer` may hand the case, by role and name."""
    accounts = _accounts(session)
    takers = [each for each in accounts if _is_in_reach(each, record, officer, directory)]
    desk = [each for each in accounts if _is_colleague(each, record, directory)]
    is_village = officer.role is Role.VILLAGE_OFFICER
    departments = set() if is_village else departments_of(session, directory)
    return Recipients(
        departments=tuple(sorted(departments)),
        officers=tuple(_row(each, directory) for each in takers),
        colleagues=tuple(_row(each, directory) for each in desk),
    )


def departments_of(session: Session, directory: Directory) -> set[str]:
    """All departments that cameras or accounts name."""
    named = {camera.department for camera in directory.site.cameras}
    named |= {each.department for each in _accounts(session)}
    return {name for name in named if name}


def choose(
    session: Session, held: tuple[CaseRecord, Officer], wanted: Recipient, directory: Directory
) -> tuple[str | None, OfficerRecord | None]:
    """Department and account of whom a case goes to.

    Raises:
        RequestError: There is no such department or officer, or neither was named.
        NotAllowedError: A village officer hands cases to grid workers only.
    """
    record, officer = held
    if wanted.department is None and wanted.handler_id is None:
        raise RequestError("say to whom: a department or an officer")
    if wanted.department is not None:
        if officer.role is Role.VILLAGE_OFFICER:
            raise NotAllowedError("a village officer dispatches to grid workers")
        if wanted.department not in departments_of(session, directory):
            raise RequestError("there is no such department in the site file or among accounts")
    handler = _handler(session, record, officer, wanted, directory)
    department = wanted.department
    if department is None and handler is not None:
        department = handler.department
    return department, handler


def colleague(
    session: Session, record: CaseRecord, officer_id: int | None, directory: Directory
) -> OfficerRecord:
    """Who takes over an accepted case: somebody at a desk of its area. Raises RequestError."""
    found = None if officer_id is None else session.get(OfficerRecord, officer_id)
    if found is None or not _is_colleague(found, record, directory):
        raise RequestError("an accepted case goes to an officer at a desk of its area")
    return found


def _handler(
    session: Session,
    record: CaseRecord,
    officer: Officer,
    wanted: Recipient,
    directory: Directory,
) -> OfficerRecord | None:
    if wanted.handler_id is None:
        return None
    handler = session.get(OfficerRecord, wanted.handler_id)
    if handler is None or not _is_in_reach(handler, record, officer, directory):
        raise RequestError("this officer does not take cases of this area from you")
    if wanted.department not in {None, handler.department}:
        raise RequestError("this officer is of another department")
    return handler


def _accounts(session: Session) -> list[OfficerRecord]:
    query = (
        select(OfficerRecord)
        .where(OfficerRecord.disabled_at.is_(None), OfficerRecord.role.in_(sorted(TAKES)))
        .order_by(OfficerRecord.role, OfficerRecord.display_name, OfficerRecord.id)
    )
    return list(session.scalars(query))


def _is_in_reach(
    handler: OfficerRecord, record: CaseRecord, officer: Officer, directory: Directory
) -> bool:
    """On duty for the case's area, or below it within the areas of whoever hands it over."""
    if handler.disabled_at is not None or handler.role not in TAKES:
        return False
    if officer.role is Role.VILLAGE_OFFICER and handler.role != Role.GRID_WORKER:
        return False
    is_theirs = record.area_id in directory.below(handler.area_id)
    return is_theirs or handler.area_id in directory.seen_by(officer)


def _is_colleague(found: OfficerRecord, record: CaseRecord, directory: Directory) -> bool:
    is_at_desk = found.disabled_at is None and found.role in DESK
    return is_at_desk and record.area_id in directory.below(found.area_id)


def _row(record: OfficerRecord, directory: Directory) -> RecipientRow:
    return RecipientRow(
        officer_id=record.id,
        display_name=record.display_name,
        role=Role(record.role),
        department=record.department,
        area_id=record.area_id,
        area_name=directory.area_name(record.area_id),
    )
