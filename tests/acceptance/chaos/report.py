"""What a run found, and where an interrupted one goes on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from tests.acceptance.chaos.database import Kind

STATE = "state.json"
REPORT = "report.json"


class LegReport(BaseModel):
    """A finished leg: the faults with one kind of database.

    Attributes:
        lost: What the node accepted and the desk does not hold, evidence too.
        doubled: What took effect twice.
        evidence: Snapshots and clips by what became of them.
        overlapping: Faults drawn while something was still broken.
        skipped: Kinds that this machine cannot do.
        ended: How often a part ended although nobody had killed it; it was started again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    database: Kind
    faults: int
    lost: int
    doubled: int
    messages: int
    alerts: int
    evidence: Mapping[str, int]
    seconds: int
    overlapping: int
    kinds: Mapping[str, int]
    skipped: tuple[str, ...]
    ended: Mapping[str, int]
    findings: tuple[str, ...]


class Report(BaseModel):
    """A finished run: all its legs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    faults: int
    lost: int
    doubled: int
    seed: int
    legs: tuple[LegReport, ...]

    @classmethod
    def of(cls, seed: int, legs: tuple[LegReport, ...]) -> Self:
        """The sums of the legs."""
        return cls(
            faults=sum(leg.faults for leg in legs),
            lost=sum(leg.lost for leg in legs),
            doubled=sum(leg.doubled for leg in legs),
            seed=seed,
            legs=legs,
        )

    @property
    def line(self) -> str:
        """The four figures that the last line says."""
        return self.model_dump_json(include={"faults", "lost", "doubled", "seed"})


class State(BaseModel):
    """A leg that has not finished: faults up to `done` of `first` to `last` were made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int
    database: Kind
    first: int = 1
    last: int
    every_s: tuple[float, float]
    done: int = 0
    seconds: float = 0.0
    overlapping: int = 0

    @property
    def faults(self) -> range:
        """The numbers of all its faults."""
        return range(self.first, self.last + 1)

    def save(self, folder: Path) -> None:
        """Where an interrupted run finds it."""
        write_whole(folder / STATE, self.model_dump_json())


def load_state(folder: Path) -> State:
    """Of the leg in this folder; raises OSError where there is none."""
    return State.model_validate_json((folder / STATE).read_bytes())


def load_report(folder: Path) -> LegReport:
    """Of the leg that finished in this folder; raises OSError where there is none."""
    return LegReport.model_validate_json((folder / REPORT).read_bytes())


def write_whole(path: Path, text: str) -> None:
    """Whole or not at all: the run may be killed as well."""
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(text, encoding="utf-8")
    draft.rename(path)
