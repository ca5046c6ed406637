"""What a seed stands for."""

from __future__ import annotations

from itertools import accumulate, pairwise

from tests.acceptance.chaos.faults import KINDS, LONG_S, plan
from tests.acceptance.chaos.run import legs

EVERY_S = (3.0, 5.0)
HUNDRED, THOUSAND = range(1, 101), range(1, 1001)


def test_the_same_seed_is_the_same_plan() -> None:
    assert list(plan(7, HUNDRED, EVERY_S)) == list(plan(7, HUNDRED, EVERY_S))
    assert list(plan(7, HUNDRED, EVERY_S)) != list(plan(8, HUNDRED, EVERY_S))


def test_a_thousand_faults_are_of_every_kind_with_at_most_ten_long_outages() -> None:
    faults = list(plan(7, THOUSAND, EVERY_S))
    assert [fault.number for fault in faults] == list(range(1, 1001))
    assert {fault.kind.name for fault in faults} == {kind.name for kind in KINDS}
    assert 0 < sum(fault.lasts_s == LONG_S for fault in faults) <= 10
    assert sum(fault.wait_s for fault in faults) < 75 * 60


def test_most_faults_come_before_the_last_has_healed() -> None:
    faults = list(plan(7, THOUSAND, EVERY_S))
    times = list(accumulate(fault.wait_s for fault in faults))
    ends = [time + fault.lasts_s for time, fault in zip(times, faults, strict=True)]
    healed = list(accumulate(ends, max))
    assert sum(end > time for end, (_, time) in zip(healed, pairwise(times), strict=False)) > 700


def test_what_a_machine_cannot_do_is_not_planned() -> None:
    names = {fault.kind.name for fault in plan(7, THOUSAND, EVERY_S, ("full-disk",))}
    assert names == {kind.name for kind in KINDS} - {"full-disk"}


def test_sqlite_has_no_server_to_be_killed() -> None:
    names = {fault.kind.name for fault in plan(7, THOUSAND, EVERY_S, has_server=False)}
    assert names == {kind.name for kind in KINDS if not kind.of_server}


def test_a_run_is_shared_out_over_the_databases() -> None:
    shared = [(leg.database, leg.first, leg.last) for leg in legs(7, 5, ("sqlite", "postgres"))]
    assert shared == [("sqlite", 1, 2), ("postgres", 3, 5)]
    assert [leg.database for leg in legs(7, 1, ("sqlite", "postgres"))] == ["postgres"]


def test_each_leg_has_a_plan_of_its_own() -> None:
    first, second = legs(7, 100, ("sqlite", "postgres"))
    plans = [[fault.wait_s for fault in plan(7, leg.faults, EVERY_S)] for leg in (first, second)]
    assert plans[0] != plans[1]
    assert [fault.number for fault in plan(7, second.faults, EVERY_S)] == list(range(51, 101))
