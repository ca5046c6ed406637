"""The ledger of stages adds up what it saw, and costs next to nothing."""

from __future__ import annotations

from time import thread_time

import pytest

from ingest.stage_ledger import StageLedger

MOST_CPU_S = 20e-6  # five stages of a frame of 10 ms: 1 %


def test_time_is_added_to_the_stage_it_was_spent_in() -> None:
    clock = iter([1.0, 1.5, 2.0, 2.25, 3.0, 4.0])
    ledger = StageLedger(["track", "rules"], lambda: next(clock))
    for stage in ("track", "rules", "track"):
        with ledger.timed(stage):
            pass
    assert {stage: timer.seconds for stage, timer in ledger.timers.items()} == {
        "track": 1.5,
        "rules": 0.25,
    }
    assert ledger.timers["track"].entries == 2


def test_threads_that_are_in_a_stage_at_once_count_each() -> None:
    clock = iter([0.0, 1.0, 3.0, 5.0])
    ledger = StageLedger(["inference"], lambda: next(clock))
    with ledger.timed("inference"), ledger.timed("inference"):
        pass
    assert ledger.timers["inference"].seconds == (3.0 - 1.0) + (5.0 - 0.0)
    assert ledger.timers["inference"].entries == 2


def test_a_stage_that_fails_is_counted_all_the_same() -> None:
    clock = iter([1.0, 3.0])
    ledger = StageLedger(["store"], lambda: next(clock))
    with pytest.raises(OSError, match="full"), ledger.timed("store"):
        raise OSError("full")
    assert ledger.timers["store"].seconds == 2.0


def test_a_stage_costs_less_than_a_fifth_of_a_percent_of_a_frame() -> None:
    ledger, began = StageLedger(["stage"]), thread_time()
    for _ in range(10_000):
        with ledger.timed("stage"):
            pass
    assert (thread_time() - began) / 10_000 < MOST_CPU_S
