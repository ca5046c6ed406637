"""How every change of a case is made: found, locked, checked, changed, committed, told.

Whoever may not see a case does not find it; whoever may not act on it is told so before anybody
else's version is looked at; and of two at once the second learns who was quicker.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from alerts.case import CaseStatus
from alerts.desk.case_actions import check_action, check_role
from alerts.desk.case_rows import case_row
from alerts.desk.changes import Change, Changes
from alerts.desk.clock import Clock, utc_now
from alerts.desk.conflicts import conflict
from alerts.desk.directory import Directory
from alerts.desk.errors import RequestError
from alerts.desk.journal import Facts, Said
from alerts.desk.sight import case_change, case_conditions, holding
from alerts.desk.store import Store
from alerts.desk.tables import CaseRecord, OfficerRecord
from alerts.desk.time_limits import Due
from alerts.desk.views import Action, CaseRow, Officer
from alerts.errors import CaseNotFoundError

MAX_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Held:
    """A case that an officer may act on, locked until the transaction ends."""

    session: Session
    record: CaseRecord
    officer: Officer


Deed = Callable[[Held], None]


class CaseHold:
    """What all moves share; thread-safe."""

    def __init__(
        self, store: Store, directory: Directory, changes: Changes, *, clock: Clock = utc_now
    ) -> None:
        self.store = store
        self.directory = directory
        self.clock = clock
        self._changes = changes

    def act(
        self, officer: Officer, code: str, version: int | None, action: Action, deed: Deed
    ) -> CaseRow:
        """Do `deed` in one transaction; the case as it is then. `version` None: any will do."""
        with self.store.writing() as session:
            held = self.held(session, officer, code, version, action)
            before = holding(held.record)
            deed(held)
            row = self.row(session, held.record)
            change = case_change(row.code, held.record, before=before)
        self.tell(change)
        return row

    def held(
        self, session: Session, officer: Officer, code: str, version: int | None, action: Action
    ) -> Held:
        """Find, lock and check a case.

        Raises:
            CaseNotFoundError, NotAllowedError, CaseConflictError, IllegalTransitionError
        """
        record = found(session, self.query(officer, code).with_for_update(), code)
        if version is not None and record.version != version:
            check_role(officer, record, action)  # else versions could be found out
            raise conflict(session, record, version)
        check_action(officer, record, action)
        return Held(session, record, officer)

    def one(self, session: Session, officer: Officer, code: str) -> CaseRecord:
        """A case to read, or CaseNotFoundError."""
        return found(session, self.query(officer, code), code)

    def query(self, officer: Officer, *codes: str) -> Select[CaseRecord]:
        """The cases of these codes that the officer sees, in the order in which they are locked."""
        in_sight = case_conditions(officer, self.directory)
        chosen = CaseRecord.code.in_(codes), *in_sight
        return select(CaseRecord).where(*chosen).order_by(CaseRecord.id)

    def said(
        self, officer: Officer, action: Action, note: str = "", facts: Facts | None = None
    ) -> Said:
        """The journal's part of what an officer does now."""
        return Said(
            actor=officer.name,
            at=self.clock(),
            note=note,
            action=action.value,
            facts=facts or {},
        )

    def due(self, record: CaseRecord, status: CaseStatus) -> Due | None:
        """The end of a step that begins now."""
        return self.directory.limits.of(record, status)

    def row(self, session: Session, record: CaseRecord) -> CaseRow:
        """The case as a line of the queue."""
        session.flush()
        return case_row(record, self.directory)

    def tell(self, *changes: Change) -> None:
        """Tell the pages, after the commit."""
        for change in changes:
            self._changes.publish(change)


def found(session: Session, query: Select[CaseRecord], code: str) -> CaseRecord:
    """The one case, or CaseNotFoundError."""
    record = None if "\0" in code else session.scalars(query).one_or_none()
    if record is None:
        raise CaseNotFoundError(f"there is no case {code[:64]!r} in your areas")
    return record


def account(session: Session, officer: Officer) -> OfficerRecord:
    """The record of an officer on duty."""
    return session.get_one(OfficerRecord, officer.id)


def words(text: str, *, is_required: bool = True) -> str:
    """What somebody wrote, as it is kept. Raises RequestError."""
    kept = text.replace("\0", "").strip()
    if is_required and not kept:
        raise RequestError("say why: the note is empty")
    if len(kept) > MAX_NOTE:
        raise RequestError(f"a note has at most {MAX_NOTE} characters")
    return kept
