"""Case codes: area, local date, number of the day; one case, one code (一案一码)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from alerts.desk.bus_tables import CounterRecord


def prefix(area_id: str, at: datetime, zone: ZoneInfo) -> str:
    """What the codes of one area and local day begin with, as in `620725101201-20261122`."""
    return f"{area_id}-{at.astimezone(zone):%Y%m%d}"


def reserve(session: Session, prefixes: Iterable[str]) -> list[str]:
    """One new code for each prefix, in their order; unique whoever else does the same."""
    wanted = list(prefixes)
    # Sorted, so that two transactions lock the counters in one order and never wait in a ring.
    last = {name: _advance(session, name, n) for name, n in sorted(Counter(wanted).items())}
    next_of = {name: last[name] - n + 1 for name, n in Counter(wanted).items()}
    codes = []
    for name in wanted:
        codes.append(f"{name}-{next_of[name]:04d}")
        next_of[name] += 1
    return codes


def _advance(session: Session, name: str, by: int) -> int:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite_insert if is_sqlite else postgres_insert
    query = (
        insert(CounterRecord)
        .values(name=name, value=by)
        .on_conflict_do_update(index_elements=["name"], set_={"value": CounterRecord.value + by})
        .returning(CounterRecord.value)
    )
    return session.execute(query).scalar_one()
