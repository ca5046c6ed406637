"""What retention deleted, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, Metric

from alerts.desk.retention import Counters


def retention_metrics(counters: Counters, attached: Counters) -> Iterator[Metric]:
    """Families of one desk's retention, since its start: of evidence, and of attachments."""
    for name, words, value in (
        ("deleted", "Snapshots and clips whose time was over", counters.deleted),
        ("deleted_bytes", "Bytes of those", counters.deleted_bytes),
        ("unreferenced", "Files deleted that no case knew of", counters.unreferenced),
    ):
        yield CounterMetricFamily(f"xueliang_desk_evidence_{name}", words, value=value)
    for name, words, value in (
        ("deleted", "Attachments whose time was over", attached.deleted),
        ("deleted_bytes", "Bytes of those", attached.deleted_bytes),
        ("unreferenced", "Attached files deleted that no case knew of", attached.unreferenced),
    ):
        yield CounterMetricFamily(f"xueliang_desk_attachments_{name}", words, value=value)
