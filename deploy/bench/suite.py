"""`bench all`: every benchmark after the other, each with its result as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.bench.ablation import run_ablation
from deploy.bench.camera_part import SETTLE_S
from deploy.bench.cameras import run_cameras_bench
from deploy.bench.desk import run_desk_bench
from deploy.bench.latency import run_latency_bench
from deploy.bench.pipeline import run_pipeline_bench
from deploy.bench.result_files import read_result, write_result
from deploy.bench.stream_plan import StreamPlan
from deploy.bench.streams import open_streams
from deploy.bench.variants import VARIANTS
from deploy.errors import BenchError

Say = Callable[[str], None]

PIPELINE_S = 120.0
ROUNDS = 5
AROUND_S = SETTLE_S + 30.0
"""Start, settling and end of one live run."""

PREPARE_S = 60.0
"""Replaying the files once."""

SHORT_S = 120.0
"""Enough for the parts that compare no shares over hundreds of alerts."""

ABLATION_S = 60.0
"""One loop of the streams for each idea, of which there are many."""

ABLATION_CAMERAS = 16
"""As many as two cores hold with the gate off."""

DESK_CASES = 1_000_000
DESK_S = 480.0
"""Three minutes of it only the first time, when the cases are made."""

FEW = 4
"""Busy cameras for `latency` where nothing says how many are held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """What all parts are run with.

    Attributes:
        folder: For the results.
        counts: Numbers of cameras.
        seconds: Measured time of each number of cameras.
        video: Walkers; None: as usual.
    """

    folder: Path
    counts: tuple[int, ...]
    seconds: float
    video: Path | None
    say: Say

    @property
    def short_s(self) -> float:
        """Measured time of the shorter parts."""
        return min(SHORT_S, self.seconds)

    @property
    def ablation_s(self) -> float:
        """Measured time of each idea switched off."""
        return min(ABLATION_S, self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One benchmark: what runs it and gives its result, and about how long it takes."""

    run: Callable[[Suite], dict[str, Any]]
    takes_s: Callable[[Suite], float]


def _pipeline(suite: Suite) -> dict[str, Any]:
    return asdict(run_pipeline_bench((), rounds=ROUNDS, say=suite.say))


def _cameras(keyframe_s: int) -> Part:
    def run(suite: Suite) -> dict[str, Any]:
        streams = open_streams(StreamPlan(keyframe_s=keyframe_s), suite.video, suite.say)
        return run_cameras_bench(
            streams, suite.counts, seconds=suite.seconds, data=None, say=suite.say
        ).as_json()

    def takes_s(suite: Suite) -> float:
        return len(suite.counts) * (suite.seconds + AROUND_S) + PREPARE_S

    return Part(run=run, takes_s=takes_s)


def _latency(suite: Suite) -> dict[str, Any]:
    count, why = half_of_held(read_result(suite.folder, "cameras-1s"))
    suite.say(f"latency of {count} cameras: {why}")
    streams = open_streams(StreamPlan(busy_share=1), suite.video, suite.say)
    result = run_latency_bench(streams, count, seconds=suite.short_s, data=None, say=suite.say)
    return result.as_json() | {"why_so_many": why}


def half_of_held(cameras: Mapping[str, Any] | None) -> tuple[int, str]:
    """How many busy cameras to measure, and why so many."""
    if cameras is None:
        return FEW, "no result of cameras-1s says how many are held"
    if cameras["largest_held"] is not None:
        return max(1, cameras["largest_held"] // 2), "half the most that cameras-1s held"
    most = max(cameras["line_over"])
    return max(1, most // 2), "half the most that left time; cameras-1s held none by all its bars"


def _ablation(suite: Suite) -> dict[str, Any]:
    streams = open_streams(StreamPlan(), suite.video, suite.say)
    cameras = min(ABLATION_CAMERAS, max(suite.counts))
    return run_ablation(
        streams, cameras, seconds=suite.ablation_s, data=None, say=suite.say
    ).as_json()


def _desk(database: str) -> Part:
    def run(suite: Suite) -> dict[str, Any]:
        return run_desk_bench(database, DESK_CASES, say=suite.say).as_json()

    return Part(run=run, takes_s=lambda _: DESK_S)


PARTS: Mapping[str, Part] = {
    "pipeline": Part(run=_pipeline, takes_s=lambda _: PIPELINE_S),
    "cameras-1s": _cameras(1),
    "cameras-2s": _cameras(2),
    "cameras-4s": _cameras(4),
    "latency": Part(run=_latency, takes_s=lambda suite: suite.short_s + AROUND_S),
    "ablation": Part(
        run=_ablation,
        takes_s=lambda suite: (len(VARIANTS) + 2) * (suite.ablation_s + AROUND_S) + PREPARE_S,
    ),
    "desk-sqlite": _desk("sqlite"),
    "desk-postgres": _desk("postgres"),
}
"""In the order in which they run: `latency` asks `cameras-1s` for its number of cameras."""


def parts_named(words: Sequence[str]) -> list[str]:
    """The parts that `words` name, all where there are none; `cameras` names those of every kind.

    Raises:
        BenchError: A word names nothing.
    """
    named = [
        name
        for name in PARTS
        if not words or any(name == word or name.startswith(f"{word}-") for word in words)
    ]
    unknown = [w for w in words if not any(n == w or n.startswith(f"{w}-") for n in named)]
    if unknown:
        raise BenchError(
            f"no benchmark is called {', '.join(unknown)}; there are {', '.join(PARTS)}"
        )
    return named


def run_suite(suite: Suite, chosen: Sequence[str]) -> None:
    """Run the chosen parts in their order; each result is written as soon as it is there.

    Raises:
        BenchError: A part cannot be run; the results before it are written.
    """
    parts = {name: part for name, part in PARTS.items() if name in chosen}
    for name, part in parts.items():
        suite.say(f"{name:12}{part.takes_s(suite) / 60:5.0f} min")
    total_s = sum(part.takes_s(suite) for part in parts.values())
    suite.say(f"about {total_s / 60:.0f} minutes; longer where streams are encoded first")
    for name, part in parts.items():
        suite.say(f"== {name}")
        file = write_result(suite.folder, name, part.run(suite))
        suite.say(f"wrote {file.name}")
