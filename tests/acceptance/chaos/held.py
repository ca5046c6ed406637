"""What the desk's database holds, read with bare SQL: not by the code that wrote it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

Span = tuple[int, int]
Outbox = tuple[UUID, str]
"""An outbox and one of its cameras."""
Ask = Callable[[str], Sequence[tuple[Any, ...]]]

RANGES = "SELECT outbox_id, camera_id, first, last FROM received_ranges ORDER BY first"
ALERTS = "SELECT alert_id, case_id, outbox_id, sequence FROM alerts"
JOURNAL = "SELECT case_id, kind, count(*) FROM journal GROUP BY case_id, kind"
CASES = "SELECT id, alert_count FROM cases"
EVIDENCE = "SELECT case_id, kind, state, sha256, bytes FROM evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAlert:
    """An alert's row; `sequence` is that of its latest message."""

    case_id: int
    outbox_id: UUID
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What is known of a snapshot or clip, by a message or by the desk."""

    state: str
    sha256: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All of it.

    Attributes:
        cases: How many alerts each case says it has.
        journal: How often each (case, kind of entry) was written.
        evidence: By case and kind.
    """

    ranges: Mapping[Outbox, tuple[Span, ...]]
    alerts: Mapping[UUID, HeldAlert]
    cases: Mapping[int, int]
    journal: Mapping[tuple[int, str], int] = field(default_factory=dict)
    evidence: Mapping[tuple[int, str], Piece] = field(default_factory=dict)


def held(url: str) -> Held:
    """Read the database of a desk that has ended."""
    with _asking(url) as ask:
        ranges: dict[Outbox, tuple[Span, ...]] = {}
        for outbox_id, camera, first, last in ask(RANGES):
            key = (_uuid(outbox_id), camera)
            ranges[key] = (*ranges.get(key, ()), (first, last))
        return Held(
            ranges=ranges,
            alerts={
                _uuid(alert): HeldAlert(case_id=case, outbox_id=_uuid(box), sequence=sequence)
                for alert, case, box, sequence in ask(ALERTS)
            },
            cases={int(case): count for case, count in ask(CASES)},
            journal={(case, kind): count for case, kind, count in ask(JOURNAL)},
            evidence={
                (case, kind): Piece(state=state, sha256=sha256, size=size)
                for case, kind, state, sha256, size in ask(EVIDENCE)
            },
        )


@contextmanager
def _asking(url: str) -> Iterator[Ask]:
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            yield lambda query: file.execute(query).fetchall()
    else:
        with psycopg.connect(url) as server:
            yield lambda query: server.execute(sql.SQL(query)).fetchall()


def _uuid(value: object) -> UUID:
    """SQLite has text, PostgreSQL the type."""
    return UUID(str(value))
