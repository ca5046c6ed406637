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

LEAST_RECALL, LEAST_PRECISION, MOST_P99_MS = 0.98, 0.95, 1500.0
"""What a number of cameras must keep to be held by the machine."""

COLUMNS = (
    *("cameras", "cores", "RSS MB", "recall", "precision", "expected", "p50 ms", "p99 ms"),
    *("dropped", "server", "desk", "all"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraRun:
    """One number of cameras; the per-camera figures are the slope over all runs.

    Attributes:
        dropped: Frames given up for lack of time.
        p50_ms: From the frame on which the replay raised to the desk's receipt; so p99_ms.
        cores: Of the node; `all_cores` with desk, broker, stream server and the benchmark itself.
        rss_mb: The node's, at its highest.
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

    @property
    def is_below_full(self) -> bool:
        """Whether the machine had time left."""
        return self.all_cores <= FULL_SHARE * cores()

    @property
    def is_held(self) -> bool:
        """Whether it also missed little, and told it in time; a figure without alerts is none."""
        return (
            self.is_below_full
            and (self.recall or 0) >= LEAST_RECALL
            and (self.precision or 0) >= LEAST_PRECISION
            and self.p99_ms is not None
            and self.p99_ms <= MOST_P99_MS
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOf:
    """What the runs had in common.

    Attributes:
        walkers: The recording the streams were made from.
        broker: Which broker stood between node and desk.
        files: The encoded streams.
        shards: Processes that the cameras were divided over.
    """

    keyframe_s: int
    walkers: str
    broker: str
    files: tuple[str, ...]
    shards: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CamerasResult:
    """All runs.

    Attributes:
        line_over: Numbers of cameras that the lines go through: those below `FULL_SHARE`.
        largest_held: Most cameras that were held; None where none were.
        recall: Over the alerts of all runs in the line; so precision, of `expected` alerts.
        cores_ratio: Cores of a run to those of one with a quarter of its cameras, the largest
            such; None where there is no such pair.
    """

    runs: tuple[CameraRun, ...]
    intercept_cores: float
    intercept_rss_mb: float
    line_over: tuple[int, ...]
    largest_held: int | None
    recall: float | None
    precision: float | None
    expected: int
    cores_ratio: float | None
    made_of: MadeOf
    machine: dict[str, str | int] = field(default_factory=machine)

    def table(self) -> str:
        """For a person."""
        head = "".join(f"{name:>10}" for name in COLUMNS)
        rows = [row(run) for run in self.runs]
        one = self.runs[0]
        said = (
            f"a camera: {one.cores_per_camera:.4f} core, {one.rss_mb_per_camera:.1f} MB "
            f"(slope over {', '.join(map(str, self.line_over))}; intercept "
            f"{self.intercept_cores:.3f} core, {self.intercept_rss_mb:.0f} MB)"
        )
        return "\n".join([head, *rows, said, self._told(), str(self.machine)])

    def _told(self) -> str:
        shares = f"recall {_shown(self.recall, 3)}, precision {_shown(self.precision, 3)}"
        return (
            f"{shares} over {self.expected} alerts; cores to those of a quarter of the cameras: "
            f"{_shown(self.cores_ratio, 2)}; most cameras held: {self.largest_held or '-'}; "
            f"keyframes every {self.made_of.keyframe_s} s; walkers {self.made_of.walkers}"
        )

    def as_json(self) -> dict[str, Any]:
        """For a machine."""
        return asdict(self)


def with_slopes(runs: Sequence[CameraRun], made_of: MadeOf) -> CamerasResult:
    """The result of `runs`, which go from few to many cameras."""
    usable = [run for run in runs if run.is_below_full] or list(runs[:1])
    counts = [run.cameras for run in usable]
    of_cores = line_through(counts, [run.cores for run in usable])
    of_rss = line_through(counts, [run.rss_mb for run in usable])
    matched, expected = (sum(getattr(r, name) for r in usable) for name in ("matched", "expected"))
    came = matched + sum(run.unasked for run in usable)
    return CamerasResult(
        runs=tuple(_with_slopes(run, of_cores, of_rss) for run in runs),
        intercept_cores=of_cores.intercept,
        intercept_rss_mb=of_rss.intercept,
        line_over=tuple(counts),
        largest_held=max((run.cameras for run in runs if run.is_held), default=None),
        recall=matched / expected if expected else None,
        precision=matched / came if came else None,
        expected=expected,
        cores_ratio=_cores_ratio(runs),
        made_of=made_of,
    )


def _cores_ratio(runs: Sequence[CameraRun]) -> float | None:
    by_count = {run.cameras: run.cores for run in runs}
    pairs = [count for count in by_count if count % 4 == 0 and count // 4 in by_count]
    return by_count[max(pairs)] / by_count[max(pairs) // 4] if pairs else None


def _with_slopes(run: CameraRun, of_cores: Line, of_rss: Line) -> CameraRun:
    return replace(run, cores_per_camera=of_cores.slope, rss_mb_per_camera=of_rss.slope)


def row(run: CameraRun) -> str:
    """One line of the table."""

    def cell(value: float | None, digits: int) -> str:
        return f"{_shown(value, digits):>10}"

    shares = cell(run.recall, 3) + cell(run.precision, 3) + f"{run.expected:10}"
    waits = cell(run.p50_ms, 0) + cell(run.p99_ms, 0)
    used = f"{run.cameras:10}{run.cores:10.3f}{run.rss_mb:10.0f}"
    others = f"{run.server_cores:10.3f}{run.desk_cores:10.3f}{run.all_cores:10.3f}"
    return f"{used}{shares}{waits}{run.dropped:10}{others}"


def _shown(value: float | None, digits: int) -> str:
    return "-" if value is None else format(value, f".{digits}f")
