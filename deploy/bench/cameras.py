"""`bench cameras`: live cameras, mostly quiet; what each costs and what is not missed.

Recall and precision compare with the replay of the same files, every frame analysed and nothing
gated. The stream server says when it began, and each picture leaves at its time whatever happens,
so the time at which a file position was sent needs no mark in the picture.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from deploy.bench.alert_match import match_alerts, percentile_ms, within
from deploy.bench.desk_alerts import desk_alerts
from deploy.bench.expected_alerts import expected_alerts, replayed_alerts
from deploy.bench.live_rig import Streams, live_rig
from deploy.bench.live_site import WHOLE, Watch
from deploy.bench.live_window import Window, measure
from deploy.bench.machine import machine
from deploy.bench.slope import Line, line_through
from detectors.session import cores

SETTLE_S = 20.0
"""After the last camera streams: gates have learnt their background, start-up is over."""

COOLDOWN_S = 20.0
FULL_SHARE = 0.9
"""Above this share of all cores a run no longer shows what a camera costs (1.8 of 2)."""

EDGE_S = 10.0
"""Alerts are matched this far beyond the window, so that its edges cut no pair."""

Say = Callable[[str], None]
Raised = Sequence[Sequence[tuple[str, str, float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraRun:
    """One number of cameras; the per-camera figures are the slope over all runs.

    Attributes:
        dropped: Frames given up for lack of time.
        p50_ms: From the frame on which the replay raised to the desk's opened case; so p99_ms.
        cores: Of the node; `all_cores` with desk, broker and stream server.
    """

    cameras: int
    cores_per_camera: float
    rss_mb_per_camera: float
    recall: float | None
    precision: float | None
    p50_ms: float | None
    p99_ms: float | None
    dropped: int
    cores: float
    rss_mb: float
    desk_cores: float
    server_cores: float
    all_cores: float
    expected: int
    matched: int
    unasked: int
    seconds: float
    counters: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class CamerasResult:
    """All runs.

    Attributes:
        line_over: Numbers of cameras that the lines go through: those below `FULL_SHARE`.
        cores_ratio: Cores of the largest run to those of the one before it.
    """

    runs: tuple[CameraRun, ...]
    intercept_cores: float
    intercept_rss_mb: float
    line_over: tuple[int, ...]
    cores_ratio: float | None
    keyframe_s: int
    files: tuple[str, ...]
    machine: dict[str, str | int] = field(default_factory=machine)

    def table(self) -> str:
        """For a person."""
        names = ("cameras", "cores", "RSS MB", "recall", "precision", "p50 ms", "p99 ms", "dropped")
        head = "".join(f"{name:>10}" for name in (*names, "server", "desk"))
        rows = [_row(run) for run in self.runs]
        one = self.runs[0]
        said = (
            f"a camera: {one.cores_per_camera:.4f} core, {one.rss_mb_per_camera:.1f} MB "
            f"(slope over {', '.join(map(str, self.line_over))}; intercept "
            f"{self.intercept_cores:.3f} core, {self.intercept_rss_mb:.0f} MB)"
        )
        return "\n".join([head, *rows, said, str(self.machine)])

    def as_json(self) -> dict[str, Any]:
        """For a machine."""
        return asdict(self)


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
    runs = []
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xueliang-")))
        for count in sorted(set(counts)):
            part = _Part(cameras=count, watch=watch, raised=raised, data=folder / str(count))
            runs.append(_run(streams, part, seconds, say))
    return _result(runs, streams)


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
        live = desk_alerts(rig.database)
    matched = within(match_alerts(expected, live), window.from_s, window.to_s)
    waits = [alert.opened_s - wanted.at_s for wanted, alert in matched.pairs]
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
    say(_row(run))
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


def _result(runs: Sequence[CameraRun], streams: Streams) -> CamerasResult:
    usable = [run for run in runs if run.all_cores <= FULL_SHARE * cores()] or list(runs[:1])
    counts = [run.cameras for run in usable]
    of_cores = line_through(counts, [run.cores for run in usable])
    of_rss = line_through(counts, [run.rss_mb for run in usable])
    return CamerasResult(
        runs=tuple(_with_slopes(run, of_cores, of_rss) for run in runs),
        intercept_cores=of_cores.intercept,
        intercept_rss_mb=of_rss.intercept,
        line_over=tuple(counts),
        cores_ratio=runs[-1].cores / runs[-2].cores if len(runs) > 1 else None,
        keyframe_s=streams.plan.keyframe_s,
        files=tuple(file.name for file in streams.files),
    )


def _with_slopes(run: CameraRun, of_cores: Line, of_rss: Line) -> CameraRun:
    return replace(run, cores_per_camera=of_cores.slope, rss_mb_per_camera=of_rss.slope)


def _row(run: CameraRun) -> str:
    def cell(value: float | None, digits: int) -> str:
        return f"{'-' if value is None else format(value, f'.{digits}f'):>10}"

    shares = cell(run.recall, 3) + cell(run.precision, 3)
    waits = cell(run.p50_ms, 0) + cell(run.p99_ms, 0)
    used = f"{run.cameras:10}{run.cores:10.3f}{run.rss_mb:10.0f}"
    return f"{used}{shares}{waits}{run.dropped:10}{run.server_cores:10.3f}{run.desk_cores:10.3f}"
