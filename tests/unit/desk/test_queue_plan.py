"""Which index is chosen for which question."""

from __future__ import annotations

import pytest

from alerts.case import CaseStatus, Verdict
from alerts.desk.case_counts import Kind, Kinds
from alerts.desk.queue_plan import plan
from alerts.desk.views import QueueFilter


def kinds() -> Kinds:
    """Ten areas of 10,000 closed and 10 pending cases each; one in a hundred is about water."""
    return Kinds.of(
        Kind(
            area_id=f"a{area}",
            status=status,
            severity="low",
            category=category,
            cases=cases if category == "security" else cases // 100,
        )
        for area in range(10)
        for status, cases in (("closed", 10_000), ("pending", 10))
        for category in ("security", "water")
    )


PENDING = frozenset({CaseStatus.PENDING})
ALL = None
ONE = frozenset({"a1"})
TWO = frozenset({"a1", "a2"})


@pytest.mark.parametrize(
    ("wanted", "areas", "driver"),
    [
        (QueueFilter(), ALL, ""),
        (QueueFilter(statuses=frozenset({CaseStatus.CLOSED})), ALL, "status"),
        (QueueFilter(statuses=PENDING), ALL, "status"),
        (QueueFilter(statuses=PENDING), TWO, "status"),
        (QueueFilter(), ONE, "area_id"),
        (QueueFilter(categories=frozenset({"water"})), ALL, "category"),
        (QueueFilter(camera_id="c", statuses=PENDING), TWO, "camera_id"),
        (QueueFilter(rule_id="r"), ALL, "rule_id"),
        (QueueFilter(rule_id="r", statuses=PENDING), ALL, "status"),
        (QueueFilter(is_overdue=True), TWO, "due_at"),
        (QueueFilter(verdicts=frozenset({Verdict.DRILL})), ALL, "verdict"),
        (QueueFilter(verdicts=frozenset({Verdict.TRUE})), ALL, ""),
        (QueueFilter(department="水务"), ALL, "department"),
        (QueueFilter(handler_id=1), ALL, "handler_id"),
        (QueueFilter(officer_id=1, statuses=PENDING), TWO, "officer_id"),
        (QueueFilter(origins=frozenset({"telephone"})), ALL, "origin"),
        (QueueFilter(origins=frozenset({"alert"})), ALL, ""),
    ],
)
def test_the_walk_is_over_what_there_is_least_of(
    wanted: QueueFilter, areas: frozenset[str] | None, driver: str
) -> None:
    assert plan(wanted, areas, kinds(), 50).driver == driver
