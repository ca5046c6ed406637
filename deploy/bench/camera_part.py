"""One number of live cameras, measured for a while: what they cost, missed and how late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.bench.alert_match import LiveAlert, Matched, match_alerts, percentile_ms, within
from deploy.bench.bench_broker import broker_name
from deploy.bench.camera_runs import CameraRun, MadeOf, row
from deploy.bench.expected_alerts import expected_alerts, replayed_alerts
from deploy.bench.live_rig import live_rig
from deploy.bench.live_site import WHOLE, Watch
from deploy.bench.live_window import Window, measure
from deploy.bench.stream_plan import Playing
from deploy.bench.streams import Streams
from deploy.bench.variants import SHARD_A_CORE, Variant

SETTLE_S = 20.0
"""After the last camera streams: gates have learnt their background, start-up is over."""

COOLDOWN_S = 20.0
EDGE_S = 10.0
"""Alerts are matched this far beyond the window, so that its edges cut no pair."""

Say = Callable[[str], None]
Raised = Sequence[Sequence[tuple[str, str, float]]]


def watch_of(streams: Streams) -> Watch:
    """Presence anywhere, raised anew in each loop."""
    quiet_s = streams.plan.loop_s * (1 - streams.plan.busy_share)
    return Watch(zones=WHOLE, cooldown_s=min(COOLDOWN_S, quiet_s / 2))


def made_of(streams: Streams, *, shards: int = 1) -> MadeOf:
    """What all runs over `streams` have in common."""
    return MadeOf(
        keyframe_s=streams.plan.keyframe_s,
        walkers=streams.walkers,
        broker=broker_name(),
        files=tuple(file.name for file in streams.files),
        shards=shards,
    )


def raised_in(streams: Streams, say: Say) -> Raised:
    """What the full-rate replay of the files raises."""
    say("replaying the files, every frame")
    raised = replayed_alerts(streams.files, watch_of(streams))
    say(f"alerts a loop: {[len(each) for each in raised]}")
    return raised


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is run: `cameras` of the streams, as `variant` says; logs and databases in `data`."""

    cameras: int
    raised: Raised
    data: Path
    variant: Variant = SHARD_A_CORE


def run_part(streams: Streams, part: Part, seconds: float, say: Say) -> CameraRun:
    """Start everything, let it settle, measure for `seconds`, end everything.

    Raises:
        BenchError: Something is missing, or a part ended.
    """
    with live_rig(
        streams,
        watch_of(streams),
        cameras=part.cameras,
        data=part.data,
        variant=part.variant,
        say=say,
    ) as rig:
        rig.wait(SETTLE_S)
        window = measure(rig, seconds)
        live, playing = rig.bus.alerts(), rig.playing
    run = _run(part, window, _matched(part, window, live, playing))
    say(row(run))
    return run


def _matched(part: Part, window: Window, live: Sequence[LiveAlert], playing: Playing) -> Matched:
    expected = expected_alerts(
        part.raised,
        playing,
        cameras=part.cameras,
        from_s=window.from_s - EDGE_S,
        to_s=window.to_s + EDGE_S,
    )
    return within(match_alerts(expected, live), window.from_s, window.to_s)


def _run(part: Part, window: Window, matched: Matched) -> CameraRun:
    waits = [alert.held_s - wanted.at_s for wanted, alert in matched.pairs]
    return CameraRun(
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
        cores=window.cores["node"],
        rss_mb=window.node_rss_mb,
        desk_cores=window.cores["desk"],
        server_cores=window.cores["server"],
        all_cores=sum(window.cores.values()),
        seconds=window.to_s - window.from_s,
        counters=window.counters,
    )
