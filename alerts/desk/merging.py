"""Merge (合并), and cases that are said to belong together.

A merged case keeps its code, alerts and evidence, and is seen from the main one: what is still to
come of its alerts finds it under its own code.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update
from sqlalchemy.orm import Session

from alerts.case import Verdict
from alerts.desk.case_hold import CaseHold, words
from alerts.desk.case_links import link
from alerts.desk.cases import accept_first, close_as
from alerts.desk.errors import RequestError
from alerts.desk.journal import Fact, JournalKind, note_change
from alerts.desk.sight import case_change
from alerts.desk.tables import CaseRecord
from alerts.desk.views import Action, CaseRow, LinkKind, Officer
from alerts.errors import CaseNotFoundError


class Merging:
    """Thread-safe; two cases are always locked in the order of their ids."""

    def __init__(self, hold: CaseHold) -> None:
        self._hold = hold

    def merge(
        self, officer: Officer, code: str, version: int, into: str, note: str = ""
    ) -> CaseRow:
        """Close the case as a duplicate of `into`; what was merged into it goes along."""
        said = self._hold.said(officer, Action.MERGE, words(note, is_required=False))
        with self._hold.store.writing() as session:
            other = self._both(session, officer, code, into)
            held = self._hold.held(session, officer, code, version, Action.MERGE)
            if other.merged_into is not None:
                raise RequestError(f"case {into} is itself merged into another case")
            accept_first(self._hold, held)
            self._point(session, held.record, other)
            close_as(held, Verdict.DUPLICATE, replace(said, facts={Fact.CASE: other.code}))
            link(session, held.record, other, LinkKind.MERGED_INTO, said)
            came = replace(said, facts={Fact.CASE: code})
            note_change(session, other, JournalKind.MERGED, came)
            row = self._hold.row(session, held.record)
            changes = [case_change(each.code, each) for each in (held.record, other)]
        self._hold.tell(*changes)
        return row

    def relate(self, officer: Officer, code: str, other: str, note: str = "") -> CaseRow:
        """Say that two cases belong together; both journals tell it. Once is enough."""
        said = self._hold.said(officer, Action.RELATE, words(note, is_required=False))
        with self._hold.store.writing() as session:
            related = self._both(session, officer, code, other)
            record = self._hold.held(session, officer, code, None, Action.RELATE).record
            if link(session, record, related, LinkKind.RELATED, said):
                for one, its in ((record, related), (related, record)):
                    kept = replace(said, facts={Fact.CASE: its.code})
                    note_change(session, one, JournalKind.RELATED, kept)
            row = self._hold.row(session, record)
            changes = [case_change(each.code, each) for each in (record, related)]
        self._hold.tell(*changes)
        return row

    def _both(self, session: Session, officer: Officer, code: str, other: str) -> CaseRecord:
        """Lock both; the other one."""
        if code == other:
            raise RequestError("these are one and the same case")
        if "\0" in other:
            raise CaseNotFoundError("there is no such case in your areas")
        query = self._hold.query(officer, code.replace("\0", ""), other).with_for_update()
        by_code = {record.code: record for record in session.scalars(query)}
        if other not in by_code:
            raise CaseNotFoundError(f"there is no case {other[:64]!r} in your areas")
        return by_code[other]

    def _point(self, session: Session, record: CaseRecord, main: CaseRecord) -> None:
        """To the main case, together with what was merged into this one: no chains."""
        record.merged_into = main.id
        moved = update(CaseRecord).where(CaseRecord.merged_into == record.id)
        session.execute(moved.values(merged_into=main.id))
