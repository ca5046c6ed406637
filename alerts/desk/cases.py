"""What officers do with one case; `sight` says which exist for them, `rights` who comes here."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from alerts.case import CaseStatus, Verdict
from alerts.desk.case_rows import case_row, case_view
from alerts.desk.changes import Change, Changes
from alerts.desk.clock import Clock, utc_now
from alerts.desk.directory import Directory
from alerts.desk.errors import RequestError
from alerts.desk.journal import JournalKind, move_case, write
from alerts.desk.sight import case_change, case_conditions
from alerts.desk.store import Store
from alerts.desk.tables import CaseRecord, EvidenceRecord, OfficerRecord
from alerts.desk.views import CaseRow, CaseView, Officer
from alerts.errors import CaseConflictError, CaseNotFoundError
from alerts.schema import EvidenceKind

MAX_NOTE = 2000


class Cases:
    """Reads and moves cases; thread-safe."""

    def __init__(
        self, store: Store, directory: Directory, changes: Changes, *, clock: Clock = utc_now
    ) -> None:
        self._store = store
        self._directory = directory
        self._changes = changes
        self._clock = clock

    def view(self, officer: Officer, code: str) -> CaseView:
        """The whole case."""
        with self._store.reading() as session:
            query = self._query(officer, code).options(
                selectinload(CaseRecord.alerts),
                selectinload(CaseRecord.evidence),
                selectinload(CaseRecord.journal),
            )
            record = _found(session, query, code)
            return case_view(record, self._directory, officer, _display_names(session, record))

    def evidence(self, officer: Officer, code: str, kind: EvidenceKind) -> EvidenceRecord | None:
        """The record of a case's snapshot or clip."""
        with self._store.reading() as session:
            record = _found(session, self._query(officer, code), code)
            return next((each for each in record.evidence if each.kind == kind), None)

    def accept(self, officer: Officer, code: str, version: int) -> CaseRow:
        """Take a pending case."""
        with self._store.writing() as session:
            record = self._current(session, officer, code, version)
            self._accept(session, record, officer)
            row, change = case_row(record, self._directory), case_change(code, record)
        return self._told(row, change)

    def false_alarm(self, officer: Officer, code: str, version: int, note: str) -> CaseRow:
        """Accept if need be, then close as false, with the reason."""
        reason = _text(note, is_required=True)
        with self._store.writing() as session:
            record = self._current(session, officer, code, version)
            if record.status == CaseStatus.PENDING:
                self._accept(session, record, officer)
            self._close(session, record, officer, Verdict.FALSE, reason)
            row, change = case_row(record, self._directory), case_change(code, record)
        return self._told(row, change)

    def close(
        self, officer: Officer, code: str, version: int, *, verdict: Verdict, note: str
    ) -> CaseRow:
        """Close an accepted case."""
        reason = _text(note, is_required=verdict is Verdict.FALSE)
        with self._store.writing() as session:
            record = self._current(session, officer, code, version)
            self._close(session, record, officer, verdict, reason)
            row, change = case_row(record, self._directory), case_change(code, record)
        return self._told(row, change)

    def note(self, officer: Officer, code: str, text: str) -> CaseRow:
        """Write into the journal; no move, so the version stays."""
        words = _text(text, is_required=True)
        with self._store.writing() as session:
            record = self._locked(session, officer, code)
            now = self._clock()
            write(session, record, JournalKind.NOTE, actor=officer.name, at=now, note=words)
            record.updated_at = now
            session.flush()
            row, change = case_row(record, self._directory), case_change(code, record)
        return self._told(row, change)

    def _accept(self, session: Session, record: CaseRecord, officer: Officer) -> None:
        now = self._clock()
        move_case(session, record, CaseStatus.ACCEPTED, actor=officer.name, at=now, note="")
        record.assignee_id = officer.id
        session.flush()  # so that `assignee` is read for the row we return

    def _close(
        self, session: Session, record: CaseRecord, officer: Officer, verdict: Verdict, note: str
    ) -> None:
        record.verdict = verdict.value
        now = self._clock()
        move_case(session, record, CaseStatus.CLOSED, actor=officer.name, at=now, note=note)

    def _current(self, session: Session, officer: Officer, code: str, version: int) -> CaseRecord:
        record = self._locked(session, officer, code)
        if record.version != version:
            raise CaseConflictError(
                f"case {code} is at version {record.version}, not {version}: "
                "somebody else changed it; look at it again"
            )
        return record

    def _locked(self, session: Session, officer: Officer, code: str) -> CaseRecord:
        return _found(session, self._query(officer, code).with_for_update(), code)

    def _query(self, officer: Officer, code: str) -> Select[CaseRecord]:
        in_sight = case_conditions(officer, self._directory)
        return select(CaseRecord).where(CaseRecord.code == code, *in_sight)

    def _told(self, row: CaseRow, change: Change) -> CaseRow:
        self._changes.publish(change)
        return row


def _found(session: Session, query: Select[CaseRecord], code: str) -> CaseRecord:
    record = None if "\0" in code else session.scalars(query).one_or_none()
    if record is None:
        raise CaseNotFoundError(f"there is no case {code[:64]!r} in your areas")
    return record


def _text(note: str, *, is_required: bool) -> str:
    words = note.replace("\0", "").strip()
    if is_required and not words:
        raise RequestError("say why: the note is empty")
    if len(words) > MAX_NOTE:
        raise RequestError(f"a note has at most {MAX_NOTE} characters")
    return words


def _display_names(session: Session, record: CaseRecord) -> dict[str, str]:
    """Display names of those in the journal, by log-in name."""
    actors = {entry.actor for entry in record.journal}
    officers = session.scalars(select(OfficerRecord).where(OfficerRecord.name.in_(actors)))
    return {officer.name: officer.display_name for officer in officers}
