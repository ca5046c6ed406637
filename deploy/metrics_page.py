"""A node's counters on one page: those of its delivery, and of its pipelines added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from deploy.delivery import Delivery
from deploy.durability_metrics import durability_metrics
from deploy.stage_metrics import receipt_family

LEAST_COUNTS = frozenset({"xueliang_sample_share"})
"""Shares do not add up: of these the page says the lowest."""

Collect = Callable[[], Iterable[Metric]]


class MetricsPage(Collector):
    """Asks everybody whenever it is asked; counts nothing itself."""

    def __init__(self, delivery: Delivery, collect_pipelines: Collect) -> None:
        self._delivery = delivery
        self._collect_pipelines = collect_pipelines
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        ProcessCollector(registry=self._registry)  # of this process; shards are others

    def text(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self._registry)

    def describe(self) -> Iterator[Metric]:
        """Nothing ahead: registering must not ask the pipelines."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """All families, each once."""
        yield from merged([*self._collect_pipelines(), *self._delivered()])

    def _delivered(self) -> Iterator[Metric]:
        yield from durability_metrics(self._delivery)
        yield receipt_family(self._delivery.receipts)
        dropped = CounterMetricFamily(
            "xueliang_evidence_dropped", "Evidence given up because a queue was full", labels=["of"]
        )
        dropped.add_metric(["spool"], self._delivery.keeper.dropped)
        yield dropped
        yield GaugeMetricFamily(
            "xueliang_broker_connected",
            "Whether there is a connection to the broker",
            value=float(self._delivery.link.connection is not None),
        )


def merged(families: Iterable[Metric]) -> list[Metric]:
    """Families of one name as one, samples of equal labels joined; in the order they came."""
    by_name: dict[str, Metric] = {}
    sums: dict[str, dict[tuple[str, frozenset[tuple[str, str]]], float]] = {}
    for family in families:
        by_name.setdefault(family.name, Metric(family.name, family.documentation, family.type))
        totals = sums.setdefault(family.name, {})
        for sample in family.samples:
            key = sample.name, frozenset(sample.labels.items())
            totals[key] = _joined(family.name, totals.get(key), sample.value)
    for name, totals in sums.items():
        for (sample_name, labels), value in totals.items():
            by_name[name].add_sample(sample_name, dict(sorted(labels)), value)
    return list(by_name.values())


def _joined(family: str, before: float | None, value: float) -> float:
    if before is None:
        return value
    return min(before, value) if family in LEAST_COUNTS else before + value
