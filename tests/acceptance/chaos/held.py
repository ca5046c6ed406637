"""What the desk's database holds, read with bare SQL: not by the code that wrote it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

Span = tuple[int, int]
Outbox = tuple[UUID, str]
"""An outbox and one of its cameras."""

RANGES = "SELECT outbox_id, camera_id, first, last FROM received_ranges ORDER BY first"
ALERTS = "SELECT alert_id, case_id, outbox_id, sequence FROM alerts"
JOURNAL = "SELECT case_id, kind, count(*) FROM journal GROUP BY case_id, kind"
CASES = "SELECT id, alert_count FROM cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAlert:
    """An alert's row; `sequence` is that of its latest message."""

    case_id: int
    outbox_id: UUID
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All of it.

    Attributes:
        cases: How many alerts each case says it has.
        journal: How often each (case, kind of entry) was written.
    """

    ranges: Mapping[Outbox, tuple[Span, ...]]
    alerts: Mapping[UUID, HeldAlert]
    cases: Mapping[int, int]
    journal: Mapping[tuple[int, str], int] = field(default_factory=dict)


def held(path: Path) -> Held:
    """Read the SQLite file of a desk."""
    with closing(sqlite3.connect(path)) as database:
        ranges: dict[Outbox, tuple[Span, ...]] = {}
        for outbox_id, camera, first, last in database.execute(RANGES):
            key = (UUID(outbox_id), camera)
            ranges[key] = (*ranges.get(key, ()), (first, last))
        alerts = {
            UUID(alert): HeldAlert(case_id=case, outbox_id=UUID(outbox_id), sequence=sequence)
            for alert, case, outbox_id, sequence in database.execute(ALERTS)
        }
        journal = Counter[tuple[int, str]]()
        for case, kind, number in database.execute(JOURNAL):
            journal[case, kind] = number
        cases = dict(database.execute(CASES).fetchall())
    return Held(ranges=ranges, alerts=alerts, cases=cases, journal=journal)
