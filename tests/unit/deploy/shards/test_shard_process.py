"""What the parent makes of a shard's end and of its counters."""

from __future__ import annotations

import pytest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from deploy.metrics_page import merged
from deploy.shards.last_counted import LastCounted
from deploy.shards.messages import Family
from deploy.shards.pipe import PipeClosedError
from deploy.shards.shard_process import how_it_ended


@pytest.mark.parametrize(
    ("exitcode", "words"),
    [
        (0, "ended with status 0"),
        (3, "ended with status 3"),
        (-9, "was ended by SIGKILL"),
        (-11, "was ended by SIGSEGV"),
        (-99, "was ended by signal 99"),
        (None, "hung up"),
    ],
)
def test_the_reason_says_how_a_shard_ended(exitcode: int | None, words: str) -> None:
    assert how_it_ended(exitcode) == words


def counter(model: str, value: float) -> CounterMetricFamily:
    family = CounterMetricFamily("xueliang_inferred", "Frames", labels=["model"])
    family.add_metric([model], value)
    return family


def test_counters_of_one_label_are_added_up_and_others_stand_side_by_side() -> None:
    waiting = GaugeMetricFamily("xueliang_rules_waiting", "Frames", value=2)
    families = merged([counter("a", 1), waiting, counter("b", 5), counter("a", 2), waiting])
    assert [family.name for family in families] == ["xueliang_inferred", "xueliang_rules_waiting"]
    inferred, rules = families
    assert {s.labels["model"]: s.value for s in inferred.samples} == {"a": 3, "b": 5}
    assert [s.value for s in rules.samples] == [4]


def test_of_shares_the_page_says_the_lowest() -> None:
    families = [GaugeMetricFamily("xueliang_sample_share", "Share", value=v) for v in (1.0, 0.4)]
    assert [sample.value for sample in merged(families)[0].samples] == [0.4]


class Shard:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> None:
        self.asked += 1


FAMILIES = (Family.of(counter("a", 1)),)


def test_a_shard_that_does_not_answer_is_asked_once_and_its_last_counters_stay() -> None:
    shard = Shard()
    counted = LastCounted(shard)
    counted.ask()
    counted.take(FAMILIES)
    assert counted.wait(0)
    counted.ask()
    counted.ask()
    assert shard.asked == 2
    assert not counted.wait(0)
    assert counted.families == FAMILIES


def test_a_shard_that_is_gone_has_not_answered() -> None:
    def gone() -> None:
        raise PipeClosedError("gone")

    counted = LastCounted(gone)
    with pytest.raises(PipeClosedError):
        counted.ask()
    assert not counted.wait(0)
