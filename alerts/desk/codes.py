"""Case codes: area, local date, number of the day; one case, one code (一案一码)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from alerts.desk.bus_tables import CounterRecord
from alerts.desk.upsert import insert_into


def prefix(area_id: str, at: datetime, zone: ZoneInfo) -> str:
    """What the codes of one area and local day begin with, as in `620725101201-20261122`."""
    return f"{area_id}-{at.astimezone(zone):%Y%m%d}"


def reserve(session: Session, prefixes: Iterable[str]) -> list[str]:
    """One new code for each prefix, in their order; unique whoever else does the same."""
    wanted = list(prefixes)
    if not wanted:
        return []
    counted = Counter(wanted)
    next_of = {name: last - counted[name] + 1 for name, last in _advance(session, counted).items()}
    codes = []
    for name in wanted:
        codes.append(f"{name}-{next_of[name]:04d}")
        next_of[name] += 1
    return codes


def _advance(session: Session, counted: Counter[str]) -> dict[str, int]:
    """The last number of each, once all are taken."""
    # Sorted, so that two transactions lock the counters in one order and never wait in a ring.
    rows = [{"name": name, "value": by} for name, by in sorted(counted.items())]
    query = insert_into(session.get_bind().dialect.name, CounterRecord).values(rows)
    added = CounterRecord.value + query.excluded.value
    query = query.on_conflict_do_update(index_elements=["name"], set_={"value": added})
    found = session.execute(query.returning(CounterRecord.name, CounterRecord.value))
    return {row[0]: row[1] for row in found}
