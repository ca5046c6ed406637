"""What `bench cameras` found, and what one camera costs: the slope over all runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from deploy.bench.machine import machine
from deploy.bench.slope import Line, line_through
from detectors.session import cores

FULL_SHARE = 0.9
"""Above this share of all cores a run no longer shows what a camera costs (1.8 of 2)."""


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
        rows = [row(run) for run in self.runs]
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


def with_slopes(
    runs: Sequence[CameraRun], *, keyframe_s: int, files: Sequence[str]
) -> CamerasResult:
    """The result of `runs`, which go from few to many cameras."""
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
        keyframe_s=keyframe_s,
        files=tuple(files),
    )


def _with_slopes(run: CameraRun, of_cores: Line, of_rss: Line) -> CameraRun:
    return replace(run, cores_per_camera=of_cores.slope, rss_mb_per_camera=of_rss.slope)


def row(run: CameraRun) -> str:
    """One line of the table."""

    def cell(value: float | None, digits: int) -> str:
        return f"{'-' if value is None else format(value, f'.{digits}f'):>10}"

    shares = cell(run.recall, 3) + cell(run.precision, 3)
    waits = cell(run.p50_ms, 0) + cell(run.p99_ms, 0)
    used = f"{run.cameras:10}{run.cores:10.3f}{run.rss_mb:10.0f}"
    return f"{used}{shares}{waits}{run.dropped:10}{run.server_cores:10.3f}{run.desk_cores:10.3f}"
