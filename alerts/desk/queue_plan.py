"""Which index answers a query on a million cases: chosen here, by what is known of the cases.

Every index of the queue is in the queue's order within one value of its first column, so a query
is one short walk for each value of one column, and the walks are put together. What is not that
column is looked at on the way. A walk ends as soon as a page is full; it is long only where what
is asked for is rare, so the column is chosen that has the fewest cases to walk over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from alerts.case import Verdict
from alerts.desk.case_counts import Kind
from alerts.desk.tables import CaseRecord
from alerts.desk.views import QueueFilter

WALK = 150
"""What one more walk costs, in cases walked over: most is the statement itself."""
RARE_VERDICTS = frozenset({Verdict.DUPLICATE, Verdict.DRILL, Verdict.TEST})


@dataclass(frozen=True, slots=True)
class Plan:
    """One walk for each of `values` of the column `driver`.

    A driver "" is the whole queue; `due_at` and `code` are ranges, small enough to be sorted.
    """

    driver: str
    values: tuple[str | int | None, ...]

    def conditions(self) -> list[tuple[ColumnElement[bool], ...]]:
        """Those of each walk on its own."""
        if self.driver in {"", "due_at", "code"}:
            return [()]
        column = getattr(CaseRecord, self.driver)
        return [(column == value,) for value in self.values]


def plan(
    wanted: QueueFilter, areas: frozenset[str] | None, kinds: Sequence[Kind], limit: int
) -> Plan:
    """The cheapest way to a page of `limit` cases; `areas` None: all there are."""
    return _single(wanted) or _cheapest(wanted, areas, kinds, limit)


def _single(wanted: QueueFilter) -> Plan | None:
    """A column that says so much that the rest hardly matters."""
    for name, value in (
        ("camera_id", wanted.camera_id),
        ("handler_id", wanted.handler_id),
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


def _cheapest(
    wanted: QueueFilter, areas: frozenset[str] | None, kinds: Sequence[Kind], limit: int
) -> Plan:
    seen = areas if areas is not None else frozenset(kind.area_id for kind in kinds)
    matching = [kind for kind in kinds if kind.is_wanted(wanted, seen)]
    options = {"": frozenset({None})} if wanted.rule_id is None else {}
    if wanted.rule_id is not None:
        options["rule_id"] = frozenset({wanted.rule_id})
    for name, values in (
        ("area_id", areas),
        ("status", wanted.statuses),
        ("category", wanted.categories),
    ):
        if values:
            options[name] = frozenset(values)
    costs = {
        name: sum(_walk(name, value, kinds, matching, limit) for value in values)
        for name, values in options.items()
    }
    best = min(costs, key=lambda name: costs[name])
    return Plan(best, tuple(sorted(options[best], key=str)))


def _walk(
    name: str, value: object, kinds: Iterable[Kind], matching: Iterable[Kind], limit: int
) -> float:
    """How many cases it passes until a page is full, were they evenly spread."""
    has = (lambda _: True) if name in {"", "rule_id"} else (lambda k: getattr(k, name) == value)
    passed = sum(kind.cases for kind in kinds if has(kind))
    found = sum(kind.cases for kind in matching if has(kind))
    return WALK + min(passed, limit * passed / max(found, 1))
