"""Which index answers a query on a million cases: chosen here, by what is known of the cases.

Every index of the queue is in the queue's order within one value of its first column, so a query
is one short walk for each value of one column, and the walks are put together. What is not that
column is looked at on the way. A walk ends as soon as a page is full; it is long only where what
is asked for is rare, so the column is chosen that has the fewest cases to walk over.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, literal_column

from alerts.case import Verdict
from alerts.desk.case_conditions import of_officer
from alerts.desk.case_counts import Kinds, tally
from alerts.desk.tables import CaseRecord
from alerts.desk.views import QueueFilter

SOME = 50_000
"""Cases of one rule: nobody counts them."""
WALK = 150
"""What one more walk costs, in cases walked over: most is the statement itself."""
FEW = 20_000
"""Cases whose words can be looked through one by one in a tenth of a second."""
_RANGES = frozenset({"", "due_at", "code", "own"})
RARE_VERDICTS = frozenset({Verdict.DUPLICATE, Verdict.DRILL, Verdict.TEST})


@dataclass(frozen=True, slots=True)
class Plan:
    """One walk for each of `values` of the column `driver`.

    A driver "" is the whole queue; `due_at`, `code` and `own` (what was handed to somebody) are
    small enough to be sorted; `officer_id` are two walks, see `of_officer`.
    """

    driver: str
    values: tuple[str | int | None, ...]

    def conditions(self) -> list[tuple[ColumnElement[bool], ...]]:
        """Those of each walk on its own."""
        if self.driver in _RANGES:
            return [()]
        if self.driver == "officer_id":
            ids = (value for value in self.values if isinstance(value, int))
            return [walk for officer_id in ids for walk in of_officer(officer_id)]
        column = getattr(CaseRecord, self.driver)
        # A bound value does not tell SQLite that the row is in an index of some rows only.
        also = (column != literal_column("'alert'"),) if self.driver == "origin" else ()
        return [(column == value, *also) for value in self.values]


def plan(wanted: QueueFilter, areas: frozenset[str] | None, kinds: Kinds, limit: int) -> Plan:
    """The cheapest way to a page of `limit` cases; `areas` None: all there are."""
    return single(wanted) or _cheapest(wanted, areas, kinds, limit)


def single(wanted: QueueFilter) -> Plan | None:
    """By a column that says so much that the rest hardly matters, if there is one."""
    for name, value in (
        ("camera_id", wanted.camera_id),
        ("handler_id", wanted.handler_id),
        ("officer_id", wanted.officer_id),
        ("department", wanted.department),
    ):
        if value is not None:
            return Plan(name, (value,))
    if wanted.is_overdue:
        return Plan("due_at", ())
    if wanted.origins and "alert" not in wanted.origins:
        return Plan("origin", tuple(sorted(wanted.origins)))
    if wanted.verdicts and wanted.verdicts <= RARE_VERDICTS:
        return Plan("verdict", tuple(sorted(wanted.verdicts)))
    return None


def few_of_status(wanted: QueueFilter, kinds: Kinds) -> Plan | None:
    """By status, where few cases have one of those asked for."""
    cases = sum(kinds.totals["status"][status] for status in wanted.statuses)
    is_few = bool(wanted.statuses) and cases <= FEW
    return Plan("status", tuple(sorted(wanted.statuses))) if is_few else None


def counting_plan(
    status: str, wanted: QueueFilter, areas: frozenset[str] | None, kinds: Kinds
) -> Plan:
    """How to count the cases of one status, where no column says very much."""
    costs = {Plan("status", (status,)): kinds.totals["status"][status]}
    if areas is not None:
        walked = sum(WALK + kinds.totals["area_id"][area] for area in areas)
        costs[Plan("area_id", tuple(sorted(areas)))] = walked
    if wanted.rule_id is not None:
        costs[Plan("rule_id", (wanted.rule_id,))] = SOME
    return min(costs, key=lambda each: costs[each])


def _cheapest(wanted: QueueFilter, areas: frozenset[str] | None, kinds: Kinds, limit: int) -> Plan:
    options: dict[str, Collection[str]] = {}
    for name, wished in (
        ("area_id", areas),
        ("status", wanted.statuses),
        ("category", wanted.categories),
    ):
        if wished:
            options[name] = wished
    whole = Plan("", ()) if wanted.rule_id is None else Plan("rule_id", (wanted.rule_id,))
    if not options:
        return whole
    matching = tally(kind for kind in kinds.each if kind.is_wanted(wanted, areas))
    everything, found = (each["status"].total() for each in (kinds.totals, matching))
    costs = {whole: _walk(everything, found, limit)}
    for name, values in options.items():
        totals, found_of = kinds.totals[name], matching[name]
        walks = (_walk(totals[value], found_of[value], limit) for value in values)
        costs[Plan(name, tuple(sorted(values)))] = sum(walks)
    return min(costs, key=lambda each: costs[each])


def _walk(passed: int, found: int, limit: int) -> float:
    """How many cases are passed until a page is full, were those that match evenly spread."""
    return WALK + min(passed, limit * passed / max(found, 1))
