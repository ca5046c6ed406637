"""What of alerts and evidence waits, was dropped or set aside, as Prometheus reads it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

if TYPE_CHECKING:
    from deploy.delivery import Delivery


def durability_metrics(delivery: Delivery) -> Iterator[Metric]:
    """Families of the outbox, the spool and the disk under both."""
    backlog = delivery.outbox.standing()
    gauges = {
        "xueliang_outbox_backlog": ("Alert messages without a receipt", backlog.messages),
        "xueliang_outbox_bytes": ("Bytes of alert messages without a receipt", backlog.bytes),
        "xueliang_outbox_limit_bytes": ("The outbox's bound", backlog.max_bytes),
        "xueliang_outbox_oldest_seconds": (
            "How long the oldest alert message has waited",
            backlog.age_s(time.time()) or 0.0,
        ),
        "xueliang_outbox_set_aside": (
            "Whether a damaged outbox was set aside at this start",
            delivery.outbox.set_aside is not None,
        ),
        "xueliang_disk_full": (
            "Whether clips are not kept for want of room",
            not delivery.room.has_for_clips,
        ),
        "xueliang_disk_free_bytes": ("Bytes left on the node's disk", delivery.room.free),
    }
    for name, (words, value) in gauges.items():
        yield GaugeMetricFamily(name, words, value=float(value))
    yield CounterMetricFamily(
        "xueliang_outbox_dropped",
        "Updates of alerts dropped because the outbox was full, since its file was made",
        value=backlog.dropped,
    )
    yield CounterMetricFamily(
        "xueliang_spool_set_aside",
        "Spooled evidence that was not what its name says",
        value=delivery.keeper.corrupt,
    )
