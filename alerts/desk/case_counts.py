"""How many cases there are of each kind, from the table that triggers keep: never by counting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Self

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from alerts.case import CaseStatus
from alerts.desk.search_tables import CaseCountRecord
from alerts.desk.store import Store
from alerts.desk.tables import CaseRecord
from alerts.desk.views import QueueFilter

FRESH_S = 10.0
"""Good enough to choose an index by."""
_KIND = (
    CaseCountRecord.area_id,
    CaseCountRecord.status,
    CaseCountRecord.severity,
    CaseCountRecord.category,
)
_FOLD_LOCK = 6_207_251_013  # any number; see `alerts.desk.store`


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """So many cases of one area, status, severity and category."""

    area_id: str
    status: str
    severity: str
    category: str
    cases: int

    def is_wanted(self, wanted: QueueFilter, areas: frozenset[str] | None) -> bool:
        """Whether these cases are among those asked for, as far as their kind tells."""
        return (
            (areas is None or self.area_id in areas)
            and (not wanted.statuses or self.status in wanted.statuses)
            and (not wanted.severities or self.severity in wanted.severities)
            and (not wanted.categories or self.category in wanted.categories)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """All kinds there are, and the cases of each value of three of their columns."""

    each: tuple[Kind, ...] = ()
    totals: Mapping[str, Counter[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, kinds: Iterable[Kind]) -> Self:
        """Add them up."""
        each = tuple(kinds)
        return cls(each=each, totals=tally(each))


def tally(kinds: Iterable[Kind]) -> dict[str, Counter[str]]:
    """Cases by area, by status and by category."""
    found: dict[str, Counter[str]] = {name: Counter() for name in ("area_id", "status", "category")}
    for kind in kinds:
        found["area_id"][kind.area_id] += kind.cases
        found["status"][kind.status] += kind.cases
        found["category"][kind.category] += kind.cases
    return found


class CaseCounts:
    """Reads them; thread-safe."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        """`clock`: monotonic seconds."""
        self._clock = clock
        self._lock = Lock()
        self._kinds = Kinds()
        self._until_s = float("-inf")

    def by_status(
        self, session: Session, wanted: QueueFilter, areas: frozenset[str]
    ) -> dict[CaseStatus, int]:
        """Exact, for any status; of `wanted` only severities and categories are looked at."""
        row = CaseCountRecord
        conditions = [row.area_id.in_(sorted(areas))]
        if wanted.severities:
            conditions.append(row.severity.in_(sorted(wanted.severities)))
        if wanted.categories:
            conditions.append(row.category.in_(sorted(wanted.categories)))
        query = select(row.status, func.sum(row.cases)).where(*conditions).group_by(row.status)
        found = {status: int(cases) for status, cases in session.execute(query)}
        return {status: found.get(status.value, 0) for status in CaseStatus}

    def kinds(self, session: Session) -> Kinds:
        """All kinds there are, as of the last `FRESH_S`: to plan by, not to show."""
        with self._lock:
            if self._clock() < self._until_s:
                return self._kinds
        kinds = Kinds.of(
            Kind(
                area_id=area, status=status, severity=severity, category=category, cases=int(cases)
            )
            for area, status, severity, category, cases in session.execute(
                select(*_KIND, func.sum(CaseCountRecord.cases)).group_by(*_KIND)
            )
        )
        with self._lock:
            self._kinds, self._until_s = kinds, self._clock() + FRESH_S
        return kinds


def fold(store: Store) -> int:
    """Put the slots of PostgreSQL's transactions together; how many rows went.

    It takes rows that are committed and waits for nobody; a slot that is written meanwhile stays.
    """
    with store.writing() as session:
        if session.get_bind().dialect.name == "sqlite":
            return 0
        if not session.scalar(text("SELECT pg_try_advisory_xact_lock(:n)"), {"n": _FOLD_LOCK}):
            return 0
        gone = delete(CaseCountRecord).returning(*_KIND, CaseCountRecord.cases).cte("gone")
        kind = [gone.c[column.key] for column in _KIND]
        total = func.sum(gone.c.cases)
        slot = func.txid_current()
        put = insert(CaseCountRecord).from_select(
            [*(column.key for column in _KIND), "slot", "cases"],
            select(*kind, slot, total).group_by(*kind).having(total != 0),
        )
        before = session.scalar(select(func.count()).select_from(CaseCountRecord)) or 0
        session.execute(put)
        after = session.scalar(select(func.count()).select_from(CaseCountRecord)) or 0
        return before - after


def faults(session: Session) -> list[str]:
    """Kinds whose count is not what counting the cases gives; none, unless somebody meddled."""
    columns = (CaseRecord.area_id, CaseRecord.status, CaseRecord.severity, CaseRecord.category)
    real = _totals(session, select(*columns, func.count()).group_by(*columns))
    kept = _totals(session, select(*_KIND, func.sum(CaseCountRecord.cases)).group_by(*_KIND))
    return [
        f"{'/'.join(kind)}: {kept.get(kind, 0)} counted, {real.get(kind, 0)} there"
        for kind in sorted(real.keys() | kept.keys())
        if kept.get(kind, 0) != real.get(kind, 0)
    ]


def _totals(session: Session, query: object) -> dict[tuple[str, ...], int]:
    return {tuple(row[:4]): int(row[4]) for row in session.execute(query)}  # type: ignore[call-overload]
