"""Indexes the cases of a database that had no words yet, part by part."""

from __future__ import annotations

from sqlalchemy import Connection, text

from alerts.desk.search_words import words_of
from alerts.desk.word_index import MACHINES, as_stored, words_of_case

AT_ONCE = 1000

_CASES = text(
    "SELECT id, code, label, text_zh, text_en, place, verdict_reason, camera_id, area_id,"
    " category, severity"
    " FROM cases WHERE id > :after ORDER BY id LIMIT :most"
)
_NOTES = text(
    "SELECT case_id, kind, note FROM journal WHERE case_id > :after AND case_id <= :last"
    " AND note <> ''"
)


def index_all(connection: Connection) -> None:
    """Write the words of all cases; `case_words` is empty."""
    cast = ":words" if connection.dialect.name == "sqlite" else "CAST(:words AS tsvector)"
    insert = text(f"INSERT INTO case_words (case_id, words) VALUES (:case_id, {cast})")  # noqa: S608 - one of two words of ours
    after = 0
    while part := _part(connection, after):
        rows = [
            {"case_id": case_id, "words": as_stored(connection.dialect.name, words)}
            for case_id, words in part.items()
        ]
        connection.execute(insert, rows)
        after = max(part)


def _part(connection: Connection, after: int) -> dict[int, set[str]]:
    cases = connection.execute(_CASES, {"after": after, "most": AT_ONCE}).mappings().all()
    found = {int(each["id"]): set(words_of_case(dict(each))) for each in cases}
    if found:
        notes = connection.execute(_NOTES, {"after": after, "last": max(found)})
        for case_id, kind, note in notes:
            if kind not in MACHINES and case_id in found:
                found[case_id] |= words_of(note)
    return found
