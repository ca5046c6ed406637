"""One soak: let cameras drop, take samples, and judge what grew."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.soak.drops import Drops
from tests.acceptance.soak.holding import Holding
from tests.acceptance.soak.report import AT_LEAST, BARS, Figure, Growth, Report
from tests.acceptance.soak.rig import Rig, running
from tests.acceptance.soak.trend import trend

HOUR_S = 3600.0
REAL_DROPS_EVERY_S = 120.0
"""A camera that drops thirty times in an hour is a bad one; here all are."""
LOOK_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do.

    Attributes:
        wall_s: How long to measure; this stands for an hour.
        warm_up_s: Caches and pools fill before.
        sample_s: Between two samples.
    """

    cameras: int
    wall_s: float
    warm_up_s: float
    seed: int
    sample_s: float = 1.0

    @property
    def compression(self) -> float:
        """How much faster than on a real site."""
        return HOUR_S / self.wall_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """At a time after the warm-up, in hours of the site's life; negative during it."""

    hours: float
    of: dict[str, Holding]


def soak(plan: Plan, folder: Path) -> tuple[Report, tuple[Sample, ...]]:
    """Run it; its judgement, and all samples."""
    with running(plan.cameras, folder) as rig:
        every_s = REAL_DROPS_EVERY_S / plan.compression
        drops = Drops(rig.proxies, seed=plan.seed, each_every_s=every_s)
        samples = _watch(plan, rig, drops)
        totals = rig.totals()
        report = Report(
            cameras=plan.cameras,
            seed=plan.seed,
            wall_s=round(plan.wall_s),
            compression=round(plan.compression, 1),
            drops=dict(sorted(drops.counts.items())),
            reconnects=round(totals["reconnects"]),
            frames=round(totals["frames_analysed"]),
            alerts=rig.cases(),
            ended={part.name: part.ended_by_itself for part in rig.parts},
            growth=growth(samples),
        )
    return report, samples


def _watch(plan: Plan, rig: Rig, drops: Drops) -> tuple[Sample, ...]:
    began_s = time.monotonic()
    samples: list[Sample] = []
    due_s = 0.0
    while (now_s := time.monotonic() - began_s) < plan.warm_up_s + plan.wall_s:
        rig.tick()
        drops.tick(now_s)
        if now_s >= due_s:
            due_s = max(due_s + plan.sample_s, now_s)
            hours = (now_s - plan.warm_up_s) / plan.wall_s
            samples.append(Sample(hours=hours, of=rig.holdings()))
        time.sleep(LOOK_S)
    return tuple(samples)


def growth(samples: Sequence[Sample]) -> tuple[Growth, ...]:
    """Of every process and figure, after the warm-up."""
    warm = [sample for sample in samples if sample.hours >= 0]
    names = list(warm[-1].of)
    return tuple(
        _growth(name, figure, [sample for sample in warm if name in sample.of])
        for name in names
        for figure in BARS
    )


def _growth(name: str, figure: Figure, samples: Sequence[Sample]) -> Growth:
    values = [float(getattr(sample.of[name], figure)) for sample in samples]
    line = trend([sample.hours for sample in samples], values, at_least=figure in AT_LEAST)
    return Growth.model_validate(
        {
            "process": name,
            "figure": figure,
            "blocks": [round(value, 1) for value in line.blocks],
            "rise": round(line.slope, 2),
            "low": round(line.low, 2),
            "high": round(line.high, 2),
        }
    )
