"""`bench latency`: how long an alert takes to the desk's receipt while every camera is busy.

With people in every picture, presence in the whole picture would be raised once and never end; so
each cell of a grid is a zone, and people who come and go raise all the time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from deploy.bench.alert_match import percentile_ms
from deploy.bench.live_rig import live_rig
from deploy.bench.live_site import Watch, grid
from deploy.bench.live_window import measure
from deploy.bench.machine import machine
from deploy.bench.streams import Streams
from deploy.bench.variants import SHARD_A_CORE

SETTLE_S = 20.0
COLUMNS, ROWS = 4, 3
"""Cells that a walker of the recording crosses in more than two seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyResult:
    """From `captured_at` of the frame on which an alert was raised to the desk's receipt."""

    p50_ms: float | None
    p99_ms: float | None
    alerts: int
    cameras: int
    dropped: int
    cores: float
    all_cores: float
    seconds: float
    counters: dict[str, float]
    walkers: str
    broker: str
    machine: dict[str, str | int] = field(default_factory=machine)

    def table(self) -> str:
        """For a person."""
        return (
            f"{self.cameras} busy cameras, {self.alerts} alerts in {self.seconds:.0f} s: "
            f"p50 {self.p50_ms} ms, p99 {self.p99_ms} ms; node {self.cores:.2f} cores, everything "
            f"{self.all_cores:.2f}; {self.dropped} frames dropped; walkers {self.walkers}\n"
            f"{self.machine}"
        )

    def as_json(self) -> dict[str, Any]:
        """For a machine."""
        return asdict(self)


def run_latency_bench(
    streams: Streams,
    cameras: int,
    *,
    seconds: float,
    data: Path | None,
    say: Callable[[str], None],
) -> LatencyResult:
    """Measure `cameras` busy cameras for `seconds`."""
    watch = Watch(zones=grid(COLUMNS, ROWS), cooldown_s=0)
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xueliang-")))
        rig = stack.enter_context(
            live_rig(streams, watch, cameras=cameras, data=folder, variant=SHARD_A_CORE, say=say)
        )
        rig.wait(SETTLE_S)
        window = measure(rig, seconds)
        alerts = rig.bus.alerts()
    waits = [
        alert.held_s - alert.raised_s
        for alert in alerts
        if window.from_s <= alert.raised_s < window.to_s
    ]
    return LatencyResult(
        p50_ms=percentile_ms(waits, 50),
        p99_ms=percentile_ms(waits, 99),
        alerts=len(waits),
        cameras=cameras,
        dropped=int(window.counters["frames_dropped"]),
        cores=window.cores["node"],
        all_cores=sum(window.cores.values()),
        seconds=window.to_s - window.from_s,
        counters=window.counters,
        walkers=streams.walkers,
        broker=rig.broker.name,
    )
