"""What a seed stands for."""

from __future__ import annotations

from itertools import accumulate, pairwise

from tests.acceptance.chaos.faults import KINDS, LONG_S, plan

EVERY_S = (3.0, 5.0)


def test_the_same_seed_is_the_same_plan() -> None:
    assert list(plan(7, 100, EVERY_S)) == list(plan(7, 100, EVERY_S))
    assert list(plan(7, 100, EVERY_S)) != list(plan(8, 100, EVERY_S))


def test_a_thousand_faults_are_of_every_kind_with_at_most_ten_long_outages() -> None:
    faults = list(plan(7, 1000, EVERY_S))
    assert [fault.number for fault in faults] == list(range(1, 1001))
    assert {fault.kind.name for fault in faults} == {kind.name for kind in KINDS}
    assert 0 < sum(fault.lasts_s == LONG_S for fault in faults) <= 10
    assert sum(fault.wait_s for fault in faults) < 75 * 60


def test_most_faults_come_before_the_last_has_healed() -> None:
    faults = list(plan(7, 1000, EVERY_S))
    times = list(accumulate(fault.wait_s for fault in faults))
    ends = [time + fault.lasts_s for time, fault in zip(times, faults, strict=True)]
    healed = list(accumulate(ends, max))
    assert sum(end > time for end, (_, time) in zip(healed, pairwise(times), strict=False)) > 700


def test_what_a_machine_cannot_do_is_not_planned() -> None:
    names = {fault.kind.name for fault in plan(7, 1000, EVERY_S, ("full-disk",))}
    assert names == {kind.name for kind in KINDS} - {"full-disk"}
