"""`bench cameras`: live cameras, mostly quiet; what each costs and what is not missed.

Recall and precision compare with the replay of the same files, every frame analysed and nothing
gated. The stream server says when it began, and each picture leaves at its time whatever happens,
so the time at which a file position was sent needs no mark in the picture.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.bench.alert_match import match_alerts, percentile_ms, within
from deploy.bench.bench_broker import broker_name
from deploy.bench.camera_counts import next_count
from deploy.bench.camera_runs import CameraRun, CamerasResult, MadeOf, row, with_slopes
from deploy.bench.expected_alerts import expected_alerts, replayed_alerts
from deploy.bench.live_rig import Streams, live_rig
from deploy.bench.live_site import WHOLE, Watch
from deploy.bench.live_window import Window, measure

SETTLE_S = 20.0
"""After the last camera streams: gates have learnt their background, start-up is over."""

COOLDOWN_S = 20.0
SEARCHES = 2
"""Runs beyond those asked for."""

EDGE_S = 10.0
"""Alerts are matched this far beyond the window, so that its edges cut no pair."""

Say = Callable[[str], None]
Raised = Sequence[Sequence[tuple[str, str, float]]]


def run_cameras_bench(
    streams: Streams, counts: Sequence[int], *, seconds: float, data: Path | None, say: Say
) -> CamerasResult:
    """Measure each number of cameras for `seconds`, best a whole number of loops."""
    plan = streams.plan
    quiet_s = plan.loop_s * (1 - plan.busy_share)
    watch = Watch(zones=WHOLE, cooldown_s=min(COOLDOWN_S, quiet_s / 2))
    say("replaying the files, every frame")
    raised = replayed_alerts(streams.files, watch)
    say(f"alerts a loop: {[len(each) for each in raised]}")
    runs: list[CameraRun] = []
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xueliang-")))
        for count in _counts(counts, runs):
            part = _Part(cameras=count, watch=watch, raised=raised, data=folder / str(count))
            runs.append(_run(streams, part, seconds, say))
    made_of = MadeOf(
        keyframe_s=plan.keyframe_s,
        walkers=streams.walkers,
        broker=broker_name(),
        files=tuple(file.name for file in streams.files),
    )
    return with_slopes(sorted(runs, key=lambda run: run.cameras), made_of)


def _counts(asked: Sequence[int], runs: Sequence[CameraRun]) -> Iterator[int]:
    """Those asked for; then, where they fill the machine, the most that should not."""
    yield from sorted(set(asked))
    for _ in range(SEARCHES):
        count = next_count(runs)
        if count is None:
            return
        yield count


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    cameras: int
    watch: Watch
    raised: Raised
    data: Path


def _run(streams: Streams, part: _Part, seconds: float, say: Say) -> CameraRun:
    with live_rig(streams, part.watch, cameras=part.cameras, data=part.data, say=say) as rig:
        rig.wait(SETTLE_S)
        window = measure(rig, seconds)
        expected = expected_alerts(
            part.raised,
            rig.playing,
            cameras=part.cameras,
            from_s=window.from_s - EDGE_S,
            to_s=window.to_s + EDGE_S,
        )
        live = rig.bus.alerts()
    matched = within(match_alerts(expected, live), window.from_s, window.to_s)
    waits = [alert.held_s - wanted.at_s for wanted, alert in matched.pairs]
    run = CameraRun(
        cameras=part.cameras,
        cores_per_camera=window.cores["node"] / part.cameras,
        rss_mb_per_camera=window.node_rss_mb / part.cameras,
        recall=matched.recall,
        precision=matched.precision,
        p50_ms=percentile_ms(waits, 50),
        p99_ms=percentile_ms(waits, 99),
        dropped=int(window.counters["frames_dropped"]),
        expected=len(matched.pairs) + len(matched.missed),
        matched=len(matched.pairs),
        unasked=len(matched.unasked),
        **_used(window),
    )
    say(row(run))
    return run


def _used(window: Window) -> dict[str, Any]:
    return {
        "cores": window.cores["node"],
        "rss_mb": window.node_rss_mb,
        "desk_cores": window.cores["desk"],
        "server_cores": window.cores["server"],
        "all_cores": sum(window.cores.values()),
        "seconds": window.to_s - window.from_s,
        "counters": window.counters,
    }
