"""Which recording of walkers the benchmark's cameras show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from deploy.samples.cameras import FOLDER
from deploy.samples.recipes import RECIPES

REPOSITORY = Path(__file__).resolve().parents[2]
WHOLE = REPOSITORY.parent / "shared" / "data" / "video" / "vtest.avi"
"""The recording itself lies beside the repository, if at all."""

SAMPLE = FOLDER / "plaza-east.mp4"
"""A part of it, encoded once more, at people's real speed: each picture comes 2.5 times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walkers:
    """A recording, played picture by picture at the streams' rate.

    Attributes:
        file: The recording.
        repeats: Pictures of the file to each one that is played: the others repeat it.
    """

    file: Path
    repeats: float = 1.0


def walkers(chosen: Path | None = None) -> Walkers:
    """The one chosen, else vtest where it is, else the sample made of it, at the same speed."""
    if chosen is not None:
        return Walkers(file=chosen)
    if WHOLE.is_file():
        return Walkers(file=WHOLE)
    recipe = next(each for each in RECIPES if each.file == SAMPLE.name)
    return Walkers(file=SAMPLE, repeats=recipe.rate_hz / recipe.source_hz)
