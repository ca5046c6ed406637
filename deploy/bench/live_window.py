"""One stretch of time of a live benchmark, measured."""

from __future__ import annotations

import time
from dataclasses import dataclass

from deploy.bench.live_rig import LOOK_S, LiveRig
from deploy.bench.node_totals import increase, node_totals

LATE_S = 5.0
"""After the stretch, for what was raised at its end to reach the desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What the parts used between `from_s` and `to_s` (Unix time).

    Attributes:
        cores: CPU seconds a second, by part.
        node_rss_mb: Most resident memory of the node, asked each second; MB = 10^6 bytes.
        counters: How much each counter of the node rose, over all cameras.
    """

    from_s: float
    to_s: float
    cores: dict[str, float]
    node_rss_mb: float
    counters: dict[str, float]


def measure(rig: LiveRig, seconds: float) -> Window:
    """Measure for so long, then wait for what is late.

    Raises:
        BenchError: A part ended.
        httpx.HTTPError: The node does not answer.
    """
    counted, used, from_s = node_totals(rig.node_url), rig.usages(), time.time()
    began = time.monotonic()
    rss_bytes = _highest_rss(rig, began + seconds)
    usages, lasted_s, to_s = rig.usages(), time.monotonic() - began, time.time()
    counters = increase(counted, node_totals(rig.node_url))
    rig.wait(LATE_S)
    return Window(
        from_s=from_s,
        to_s=to_s,
        cores={name: (usages[name].cpu_s - used[name].cpu_s) / lasted_s for name in usages},
        node_rss_mb=rss_bytes / 1e6,
        counters=counters,
    )


def _highest_rss(rig: LiveRig, until: float) -> int:
    highest = 0
    while (left := until - time.monotonic()) > 0:
        rig.wait(min(LOOK_S, left))
        highest = max(highest, rig.usages()["node"].rss_bytes)
    return highest
