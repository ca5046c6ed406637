"""A node's counters, summed over its cameras."""

from __future__ import annotations

from collections import Counter

import httpx
from prometheus_client.parser import text_string_to_metric_families

PREFIX = "xueliang_"
TIMEOUT_S = 10.0


def node_totals(url: str) -> dict[str, float]:
    """Sums by name, less prefix and `_total`; raises httpx.HTTPError where it does not answer."""
    return totals_in(httpx.get(f"{url}/metrics", timeout=TIMEOUT_S).raise_for_status().text)


def totals_in(text: str) -> dict[str, float]:
    """Sums of all samples of each name in Prometheus's text format."""
    totals: Counter[str] = Counter()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            name = sample.name.removeprefix(PREFIX).removesuffix("_total")
            totals[name] += sample.value  # type: ignore[assignment]  # Counter sums floats as well
    return dict(totals)


def increase(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """How much each counter rose."""
    return {name: round(value - before.get(name, 0.0), 3) for name, value in after.items()}
