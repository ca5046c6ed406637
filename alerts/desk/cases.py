"""What officers at a desk do with one case: take it, write into it, close it.

`sight` says which exist for them, `case_actions` who may do what.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from alerts.case import CaseStatus, Verdict
from alerts.desk.case_hold import MAX_NOTE, CaseHold, Held, account, found, words
from alerts.desk.case_reading import read_view
from alerts.desk.journal import Fact, JournalKind, Said, move, write
from alerts.desk.sight import case_conditions
from alerts.desk.tables import CaseRecord, EvidenceRecord
from alerts.desk.views import Action, CaseRow, CaseView, Officer
from alerts.schema import EvidenceKind

__all__ = ["MAX_NOTE", "Cases", "accept_first", "close_as"]


class Cases:
    """Reads and moves cases; thread-safe."""

    def __init__(self, hold: CaseHold) -> None:
        self._hold = hold

    def view(self, officer: Officer, code: str) -> CaseView:
        """The whole case."""
        with self._hold.store.reading() as session:
            query = self._hold.query(officer, code).options(
                selectinload(CaseRecord.alerts),
                selectinload(CaseRecord.evidence),
                selectinload(CaseRecord.journal),
            )
            record = found(session, query, code)
            return read_view(session, record, self._hold.directory, officer)

    def evidence(self, officer: Officer, code: str, kind: EvidenceKind) -> EvidenceRecord | None:
        """The record of a case's snapshot or clip; its `case` can be read, too."""
        whole = selectinload(CaseRecord.evidence).immediateload(EvidenceRecord.case)
        with self._hold.store.reading() as session:
            record = found(session, self._hold.query(officer, code).options(whole), code)
            return next((each for each in record.evidence if each.kind == kind), None)

    def main_status(self, officer: Officer, case: CaseRecord) -> CaseStatus | None:
        """Where the case stands that this one was merged into; None where they see none."""
        if case.merged_into is None:
            return None
        in_sight = case_conditions(officer, self._hold.directory)
        query = select(CaseRecord.status).where(CaseRecord.id == case.merged_into, *in_sight)
        with self._hold.store.reading() as session:
            status = session.scalar(query)
        return None if status is None else CaseStatus(status)

    def accept(self, officer: Officer, code: str, version: int) -> CaseRow:
        """Take a pending case."""

        def deed(held: Held) -> None:
            accept_first(self._hold, held)

        return self._hold.act(officer, code, version, Action.ACCEPT, deed)

    def false_alarm(self, officer: Officer, code: str, version: int, note: str) -> CaseRow:
        """Accept if need be, then close as false, with the reason."""
        reason = words(note)

        def deed(held: Held) -> None:
            accept_first(self._hold, held)
            said = self._hold.said(officer, Action.FALSE_ALARM, reason)
            close_as(held, Verdict.FALSE, said)

        return self._hold.act(officer, code, version, Action.FALSE_ALARM, deed)

    def close(
        self, officer: Officer, code: str, version: int, *, verdict: Verdict, note: str
    ) -> CaseRow:
        """Close an accepted or reported case."""
        reason = words(note, is_required=verdict is Verdict.FALSE)

        def deed(held: Held) -> None:
            close_as(held, verdict, self._hold.said(officer, Action.CLOSE, reason))

        return self._hold.act(officer, code, version, Action.CLOSE, deed)

    def note(self, officer: Officer, code: str, text: str) -> CaseRow:
        """Write into the journal; no move, so the version stays."""
        said = words(text)

        def deed(held: Held) -> None:
            record, now = held.record, self._hold.clock()
            write(held.session, record, JournalKind.NOTE, actor=officer.name, at=now, note=said)
            record.updated_at = now
            self._has_acted(record)

        return self._hold.act(officer, code, None, Action.NOTE, deed)

    def _has_acted(self, record: CaseRecord) -> None:
        """An accepted case expires without any action; writing a note is one."""
        if record.status == CaseStatus.ACCEPTED:
            due = self._hold.due(record, CaseStatus.ACCEPTED)
            if due is not None and record.due_at is not None and record.due_at < due.at:
                record.due_at = record.rises_at = due.at


def accept_first(hold: CaseHold, held: Held) -> None:
    """Accept a pending case, as the first half of what the officer does; else nothing."""
    record = held.record
    if record.status != CaseStatus.PENDING:
        return
    record.assignee = account(held.session, held.officer)
    said = hold.said(held.officer, Action.ACCEPT)
    due = hold.due(record, CaseStatus.ACCEPTED)
    move(held.session, record, CaseStatus.ACCEPTED, said=said, due=due)


def close_as(held: Held, verdict: Verdict, said: Said) -> None:
    """Close a case with what it was found to be."""
    record = held.record
    record.verdict, record.verdict_reason = verdict.value, said.note
    kept = Said(
        actor=said.actor,
        at=said.at,
        note=said.note,
        action=said.action,
        facts={**said.facts, Fact.VERDICT: verdict.value},
    )
    move(held.session, record, CaseStatus.CLOSED, said=kept, due=None)
