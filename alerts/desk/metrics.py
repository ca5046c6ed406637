"""The desk's counters as Prometheus reads them: no area, no camera, no person."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from alerts.desk.case_figures import FigureCount
from alerts.desk.desk import Desk
from alerts.desk.errors import StoreError
from alerts.desk.integration_metrics import integration_families
from alerts.desk.limit_metrics import limit_metrics
from alerts.desk.register_metrics import register_metrics
from alerts.desk.retention_metrics import retention_metrics

CONSUMED = ("stored", "duplicates", "refused")


class DeskMetrics(Collector):
    """Reads the parts' own counters whenever it is asked; counts nothing itself."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._figures = FigureCount(desk.store)
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def text(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self._registry)

    def describe(self) -> Iterator[Metric]:
        """Nothing ahead: registering must not ask the database."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """All families; what the tables hold is left out while the database is away."""
        yield from self._bus()
        yield from self._consumer()
        yield from integration_families(self._desk)
        yield from register_metrics(self._desk.service.register, self._desk.keepers.register)
        yield from self._database()
        kept = self._desk.keepers
        yield from retention_metrics(kept.retention.counters, kept.attachment_retention.counters)
        yield from limit_metrics(kept.overdue.counters)
        yield GaugeMetricFamily(
            "xueliang_desk_open_pages", "Pages of officers open now", value=self._desk.pages.count
        )

    def _bus(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "xueliang_desk_broker_connected",
            "Whether there is a connection to the broker",
            value=float(self._desk.link.connection is not None),
        )

    def _consumer(self) -> Iterator[Metric]:
        consumer = self._desk.consumer
        messages = CounterMetricFamily(
            "xueliang_desk_messages",
            "Messages by what became of them",
            labels=["result"],
        )
        for name in CONSUMED:
            messages.add_metric([name], getattr(consumer.counters, name))
        yield messages
        deferred = CounterMetricFamily(
            "xueliang_desk_deferred",
            "Messages over the limit of their node, which come again later",
            labels=["node"],
        )
        for node, count in dict(consumer.limits.deferred).items():
            deferred.add_metric([node], count)
        yield deferred
        counters = consumer.counters
        for name, words, value in (
            ("receipts", "Receipts sent to nodes", counters.receipts),
            ("store_failures", "Batches the database did not take", counters.store_failures),
            ("batches", "Batches written", counters.batches),
            ("store_seconds", "Seconds until batches were written", counters.store_s),
        ):
            yield CounterMetricFamily(f"xueliang_desk_{name}", words, value=value)
        yield GaugeMetricFamily(
            "xueliang_desk_waiting", "Messages not yet looked at", value=consumer.waiting
        )
        yield GaugeMetricFamily(
            "xueliang_desk_consumer_lag_seconds",
            "How long the batch at hand has been waiting for the database",
            value=consumer.lag_s,
        )

    def _database(self) -> Iterator[Metric]:
        began = perf_counter()
        is_up = self._desk.is_store_ready()
        yield GaugeMetricFamily(
            "xueliang_desk_database_up", "Whether the database answers", value=float(is_up)
        )
        yield GaugeMetricFamily(
            "xueliang_desk_database_seconds",
            "How long it took to answer just now",
            value=perf_counter() - began,
        )
        try:
            figures = self._figures.figures()
        except (SQLAlchemyError, StoreError):
            return
        cases = GaugeMetricFamily("xueliang_desk_cases", "Cases by status", labels=["status"])
        for status, number in figures.cases.items():
            cases.add_metric([status.value], number)
        yield cases
        yield GaugeMetricFamily(
            "xueliang_desk_evidence_bytes", "Bytes of stored evidence", value=figures.evidence_bytes
        )
