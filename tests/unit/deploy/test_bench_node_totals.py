"""A node's counters, summed over cameras and compared in time."""

from __future__ import annotations

from deploy.bench.node_totals import increase, totals_in

METRICS = """\
# TYPE xueliang_frames_decoded counter
xueliang_frames_decoded_total{camera="a"} 3.0
xueliang_frames_decoded_total{camera="b"} 4.0
# TYPE xueliang_outbox_backlog gauge
xueliang_outbox_backlog 1.5
"""


def test_samples_of_one_name_are_summed() -> None:
    assert totals_in(METRICS) == {"frames_decoded": 7.0, "outbox_backlog": 1.5}


def test_a_counter_that_appeared_rose_from_nothing() -> None:
    assert increase({"old": 2.0}, {"old": 5.0, "new": 1.0}) == {"old": 3.0, "new": 1.0}
