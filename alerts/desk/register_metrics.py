"""The register's counters for Prometheus: how many entries, never whose."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from alerts.desk.register import Register
from alerts.desk.register_keeper import RegisterKeeper
from alerts.desk.register_views import RegisterAction


def register_metrics(register: Register, keeper: RegisterKeeper) -> Iterator[Metric]:
    """All families."""
    entries = CounterMetricFamily(
        "xueliang_desk_register_entries", "Entries of the register by action", labels=["action"]
    )
    for action in RegisterAction:
        entries.add_metric([action.value], register.written[action.value])
    yield entries
    yield CounterMetricFamily(
        "xueliang_desk_register_failures",
        "Looks refused because they could not be registered",
        value=register.failures,
    )
    yield GaugeMetricFamily(
        "xueliang_desk_register_broken",
        "Whether the chain was found broken",
        value=float(keeper.is_broken),
    )
