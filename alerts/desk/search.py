"""Finds cases by their words: newest first, in the order in which the desk opened them.

The index of words finds them among a million; where something else that is asked leaves few, their
words are looked through one by one, which is quicker than what is common in the index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from alerts.case import CaseStatus
from alerts.desk.aside import aside
from alerts.desk.search_tables import CaseWordsRecord
from alerts.desk.tables import CaseRecord
from alerts.desk.views import MOST_COUNTED
from alerts.desk.word_query import Question

_INDEX = table("case_index", column("rowid"), column("case_index"))
"""SQLite's FTS5 table; its rows come in the order of their numbers without being sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A question and what else is asked of the cases.

    Attributes:
        few: Walks of which each has an index and few cases; empty: the index of words leads.
    """

    question: Question
    conditions: Sequence[ColumnElement[bool]]
    few: Sequence[Sequence[ColumnElement[bool]]] = ()


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
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    if searched.few:
        return _looked_through(searched, is_sqlite=is_sqlite)
    if is_sqlite:
        case_id: ColumnElement[int] = _INDEX.c.rowid
        match = _INDEX.c.case_index.op("MATCH")(literal(searched.question.for_sqlite()))
        query = select(case_id).where(match)
    else:
        case_id = CaseWordsRecord.__table__.c.case_id
        query = select(case_id).where(_matches(searched.question))
    if searched.conditions:
        # The join's order is what `aside` leaves to the planner: from the words to their cases.
        query = query.join(CaseRecord, CaseRecord.id == case_id).where(*searched.conditions)
    return query, case_id


def _looked_through(
    searched: Searched, *, is_sqlite: bool
) -> tuple[Select[int], ColumnElement[int]]:
    case_id = aside(CaseRecord.id)  # or SQLite reads all cases, because they lie in this order
    question = searched.question
    words = question.in_text(CaseWordsRecord.words) if is_sqlite else _matches(question)
    few = or_(*(and_(true(), *walk) for walk in searched.few))
    query = select(case_id).join(CaseWordsRecord, CaseWordsRecord.case_id == CaseRecord.id)
    return query.where(few, *searched.conditions, words), case_id


def _matches(question: Question) -> ColumnElement[bool]:
    return CaseWordsRecord.words.op("@@")(cast(literal(question.for_postgres()), TSQUERY))
