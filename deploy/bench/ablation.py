"""`bench ablation`: the same minutes with each idea switched off, so that its worth is visible.

All variants run live, none as a replay: cores a camera are CPU time in a second that really
passes, lateness exists nowhere else, and what an inference thread or the frames caught up on are
worth depends on who waits for whom. The minutes are the same all the same: the streams come from
the same files, and a window of whole loops holds each camera's whole file, wherever it begins.
Everything on is measured first and last; what lies between the two is noise.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

from deploy.bench.camera_part import Part, made_of, raised_in, run_part
from deploy.bench.camera_runs import CameraRun, MadeOf
from deploy.bench.machine import machine
from deploy.bench.streams import Streams
from deploy.bench.variants import EVERYTHING_ON, VARIANTS, Variant

WIDTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantRun:
    """One variant.

    Attributes:
        without: The idea that was off.
        more_cores_per_camera: Than with everything on.
        run: Its `cores_per_camera` is its share of all: one number of cameras has no slope.
    """

    name: str
    without: str
    more_cores_per_camera: float
    run: CameraRun


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationResult:
    """All variants, everything on first and last."""

    cameras: int
    variants: tuple[VariantRun, ...]
    made_of: MadeOf
    machine: dict[str, str | int] = field(default_factory=machine)

    def table(self) -> str:
        """For a person."""
        heads = ("core/camera", "more", "recall", "precision", "p50 ms", "p99 ms", "inferred/s")
        head = f"{'':{WIDTH}}" + "".join(f"{name:>12}" for name in heads)
        rows = [_cells(each) for each in self.variants]
        words = [f"{each.name}: without {each.without}" for each in self.variants[1:-1]]
        said = f"{self.cameras} cameras; walkers {self.made_of.walkers}"
        return "\n".join([head, *rows, *words, said, str(self.machine)])

    def as_json(self) -> dict[str, Any]:
        """For a machine."""
        return asdict(self)


def run_ablation(
    streams: Streams,
    cameras: int,
    *,
    variants: Sequence[Variant] = VARIANTS,
    seconds: float,
    data: Path | None,
    say: Callable[[str], None],
) -> AblationResult:
    """Measure `cameras` for `seconds`, best a whole number of loops, as each of `variants` says."""
    raised = raised_in(streams, say)
    runs: list[tuple[Variant, CameraRun]] = []
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xueliang-")))
        for number, variant in enumerate((EVERYTHING_ON, *variants, EVERYTHING_ON)):
            say(f"without {variant.without}")
            place = folder / f"{number}-{variant.name}"
            part = Part(cameras=cameras, raised=raised, data=place, variant=variant)
            runs.append((variant, run_part(streams, part, seconds, say)))
    return AblationResult(cameras=cameras, variants=compared(runs), made_of=made_of(streams))


def compared(runs: Sequence[tuple[Variant, CameraRun]]) -> tuple[VariantRun, ...]:
    """Each run beside the mean of those with everything on."""
    whole = mean(run.cores for variant, run in runs if variant is EVERYTHING_ON)
    return tuple(
        VariantRun(
            name=variant.name,
            without=variant.without,
            more_cores_per_camera=(run.cores - whole) / run.cameras,
            run=run,
        )
        for variant, run in runs
    )


def _cells(variant: VariantRun) -> str:
    run = variant.run
    cells = [
        (run.cores_per_camera, ".4f"),
        (variant.more_cores_per_camera, "+.4f"),
        (run.recall, ".3f"),
        (run.precision, ".3f"),
        (run.p50_ms, ".0f"),
        (run.p99_ms, ".0f"),
        (run.counters.get("inferred", 0.0) / run.seconds, ".2f"),
    ]
    shown = ("-" if value is None else format(value, digits) for value, digits in cells)
    return f"{variant.name:{WIDTH}}" + "".join(f"{text:>12}" for text in shown)
