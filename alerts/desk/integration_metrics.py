"""Counters of what other platforms use: commands, webhooks and streams of events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from alerts.desk.desk import Desk


def integration_families(desk: Desk) -> Iterator[Metric]:
    """All of them; no name of a platform and no address is among the labels."""
    commands, sent, streams = desk.commands.counters, desk.webhooks.counters, desk.streams
    yield _by_result(
        "xueliang_desk_commands",
        "Commands of other platforms by what became of them",
        {
            "carried_out": commands.carried_out,
            "refused": commands.refused,
            "unreadable": commands.unreadable,
            "dropped": commands.dropped,
        },
    )
    yield _by_result(
        "xueliang_desk_webhook_attempts",
        "Attempts to bring messages to webhooks",
        {"delivered": sent.delivered, "tried_again": sent.tried_again, "failed": sent.failed},
    )
    yield GaugeMetricFamily(
        "xueliang_desk_event_streams", "Streams of events open now", value=streams.count
    )
    yield _by_result(
        "xueliang_desk_stream_events",
        "What was sent to streams: events, and resets where changes were missed",
        {
            "event": streams.counters.events,
            "reset": streams.counters.resets,
            "refused": streams.counters.refused,
        },
    )


def _by_result(name: str, words: str, values: Mapping[str, int]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, words, labels=["result"])
    for result, value in values.items():
        family.add_metric([result], value)
    return family
