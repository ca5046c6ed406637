"""Finds cases by their words: newest first, in the order in which the desk opened them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, cast, column, func, literal, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from alerts.case import CaseStatus
from alerts.desk.search_tables import CaseWordsRecord
from alerts.desk.tables import CaseRecord
from alerts.desk.views import MOST_COUNTED
from alerts.desk.word_query import Question

_INDEX = table("case_index", column("rowid"), column("case_index"))
"""SQLite's FTS5 table; its rows come in the order of their numbers without being sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A question and what else is asked of the cases."""

    question: Question
    conditions: Sequence[ColumnElement[bool]]


def found_ids(session: Session, searched: Searched, *, limit: int, before: int | None) -> list[int]:
    """Ids of the newest cases; `before`: only older ones than this id."""
    query, case_id = _query(session, searched)
    if before is not None:
        query = query.where(case_id < before)
    return list(session.scalars(query.order_by(case_id.desc()).limit(limit)))


def counts_found(session: Session, searched: Searched) -> dict[CaseStatus, int]:
    """By status, of the newest `MOST_COUNTED` that are found."""
    query, case_id = _query(session, searched)
    newest = query.order_by(case_id.desc()).limit(MOST_COUNTED).subquery()
    by_status = (
        select(CaseRecord.status, func.count())
        .where(CaseRecord.id.in_(select(newest.c[0])))
        .group_by(CaseRecord.status)
    )
    found = {row[0]: row[1] for row in session.execute(by_status)}
    return {status: found.get(status.value, 0) for status in CaseStatus}


def _query(session: Session, searched: Searched) -> tuple[Select[int], ColumnElement[int]]:
    """The ids of all that match, and the column by which they are ordered."""
    if session.get_bind().dialect.name == "sqlite":
        case_id: ColumnElement[int] = _INDEX.c.rowid
        match = _INDEX.c.case_index.op("MATCH")(literal(searched.question.for_sqlite()))
        query = select(case_id).where(match)
    else:
        case_id = CaseWordsRecord.__table__.c.case_id
        asked = cast(literal(searched.question.for_postgres()), TSQUERY)
        query = select(case_id).where(CaseWordsRecord.words.op("@@")(asked))
    if searched.conditions:
        # The join's order is what `aside` leaves to the planner: from the words to their cases.
        query = query.join(CaseRecord, CaseRecord.id == case_id).where(*searched.conditions)
    return query, case_id
