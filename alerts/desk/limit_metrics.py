"""What the desk did by itself because a time limit was over, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, Metric

from alerts.desk.overdue import Counters


def limit_metrics(counters: Counters) -> Iterator[Metric]:
    """One family, since the start of the desk."""
    family = CounterMetricFamily(
        "xueliang_desk_limits_over",
        "Time limits that were over: acceptances that went back to the queue, cases supervised "
        "(督办), and cases that rose to the next area up",
        labels=["result"],
    )
    family.add_metric(["expired"], counters.expired)
    family.add_metric(["supervised"], counters.supervised)
    family.add_metric(["escalated"], counters.escalated)
    yield family
