"""Keeps the words of each case in the transaction that writes its texts.

Words are only ever added: what was once said of a case can be searched for, also after it was
mended. Names of areas and cameras are no words of a case, because the site file may change them:
`alerts.desk.word_query` looks them up when somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import ColumnElement, Connection, Update, bindparam, event, select, update
from sqlalchemy import inspect as state_of
from sqlalchemy.orm import Session

from alerts.desk.bulk_insert import insert_rows
from alerts.desk.search_tables import CaseWordsRecord
from alerts.desk.search_words import AREA, CAMERA, CATEGORY, SEVERITY, words_of
from alerts.desk.tables import CaseRecord, JournalRecord
from alerts.desk.views import QueueFilter

TEXTS = ("text_zh", "text_en", "place", "verdict_reason")
MARKS = {"area_id": AREA, "camera_id": CAMERA, "category": CATEGORY, "severity": SEVERITY}
_NO_WORD = re.compile(r"[^\w.-]")
MACHINES = frozenset({"opened", "ended", "reopened", "evidence"})
"""Kinds of journal entries in which nobody says anything: their notes are codes."""


class CaseSession(Session):
    """A session that keeps the index of what is written through it."""


_INDEX_FIRST = "INSERT INTO case_index(rowid, words) VALUES (?, ?)"


def _more(joined: ColumnElement[str]) -> Update:
    words = joined.op("||")(bindparam("more", type_=CaseWordsRecord.words.type))
    return (
        update(CaseWordsRecord)
        .where(CaseWordsRecord.case_id == bindparam("known"))
        .values(words=words)
    )


_MORE = _more(CaseWordsRecord.words.expression)
_MORE_SQLITE = _more(CaseWordsRecord.words + " ")


def words_of_case(values: Mapping[str, object]) -> frozenset[str]:
    """Of a row of `cases`, by column."""
    texts = [str(values.get(name) or "") for name in (*TEXTS, "code", "label", "camera_id")]
    return words_of(*texts) | marks_of_case(values)


def marks_of_case(values: Mapping[str, object]) -> set[str]:
    """What the index says of a case beside its text; of those columns that `values` holds."""
    return {mark_of(mark, str(values[name])) for name, mark in MARKS.items() if values.get(name)}


def marks_of(wanted: QueueFilter) -> tuple[frozenset[str], ...]:
    """What the index must say of a case that a filter lets through: one mark of each set."""
    sets = ((CATEGORY, wanted.categories), (SEVERITY, wanted.severities))
    return tuple(frozenset(mark_of(mark, v) for v in values) for mark, values in sets if values)


def mark_of(mark: str, value: str) -> str:
    """A mark as one word; what an officer typed as a category may hold quotes and blanks."""
    return mark + _NO_WORD.sub("_", value)


def first_words(connection: Connection, found: Mapping[int, Iterable[str]]) -> None:
    """Write the words of new cases by their ids."""
    dialect = connection.dialect.name
    rows = [{"case_id": n, "words": as_stored(dialect, words)} for n, words in found.items()]
    insert_rows(connection, CaseWordsRecord, rows)
    if rows and dialect == "sqlite":  # by no trigger: see the migration `word_writes`
        connection.exec_driver_sql(_INDEX_FIRST, [(row["case_id"], row["words"]) for row in rows])


def add_words(connection: Connection, found: Mapping[int, Iterable[str]]) -> None:
    """Add words to cases by their ids; those of a case not yet written are its first."""
    known = _with_words(connection, found)
    first_words(connection, {n: words for n, words in found.items() if n not in known})
    dialect = connection.dialect.name
    rows = [{"known": n, "more": as_stored(dialect, found[n])} for n in sorted(known)]
    if rows:
        connection.execute(_MORE_SQLITE if dialect == "sqlite" else _MORE, rows)


def _with_words(connection: Connection, cases: Iterable[int]) -> set[int]:
    of_case = CaseWordsRecord.case_id
    return set(connection.scalars(select(of_case).where(of_case.in_(cases))))


def as_stored(dialect: str, words: Iterable[str]) -> str:
    """As the column `words` takes them; no word holds a quote or a blank."""
    if dialect == "sqlite":
        return " ".join(words)
    return " ".join(f"'{word}'" for word in words)


@event.listens_for(CaseSession, "after_flush")
def _index(session: Session, _: object) -> None:
    found: dict[int, frozenset[str]] = {}
    for case_id, words in _written(session):
        found[case_id] = found.get(case_id, frozenset()) | words
    add_words(session.connection(), {case_id: words for case_id, words in found.items() if words})


def _written(session: Session) -> Iterator[tuple[int, frozenset[str]]]:
    for record in session.new:
        if isinstance(record, CaseRecord):
            columns = (*TEXTS, "code", "label", *MARKS)
            yield record.id, words_of_case({name: getattr(record, name) for name in columns})
        elif isinstance(record, JournalRecord) and record.note and record.kind not in MACHINES:
            yield record.case_id, words_of(record.note)
    for record in session.dirty:
        if isinstance(record, CaseRecord):
            attributes = state_of(record).attrs
            changed = {
                name: getattr(record, name) or ""
                for name in (*TEXTS, *MARKS)
                if attributes[name].history.has_changes()
            }
            if changed:
                texts = (changed[name] for name in TEXTS if name in changed)
                yield record.id, words_of(*texts) | marks_of_case(changed)
