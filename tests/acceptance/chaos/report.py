"""What a run found, and where an interrupted one goes on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

STATE = "state.json"


class Report(BaseModel):
    """A finished run.

    Attributes:
        lost: What the node accepted and the desk does not hold.
        doubled: What took effect twice.
        overlapping: Faults drawn while something was still broken.
        skipped: Kinds that this machine cannot do.
        ended: How often a part ended although nobody had killed it; it was started again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    faults: int
    lost: int
    doubled: int
    seed: int
    messages: int
    alerts: int
    seconds: int
    overlapping: int
    kinds: Mapping[str, int]
    skipped: tuple[str, ...]
    ended: Mapping[str, int]
    findings: tuple[str, ...]

    @property
    def line(self) -> str:
        """The four figures that the last line says."""
        return self.model_dump_json(include={"faults", "lost", "doubled", "seed"})


class State(BaseModel):
    """A run that has not finished: faults up to `done` were made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int
    faults: int
    every_s: tuple[float, float]
    done: int = 0
    seconds: float = 0.0
    overlapping: int = 0

    def save(self, folder: Path) -> None:
        """Whole or not at all: the run may be killed as well."""
        draft = folder / f"{STATE}.new"
        draft.write_text(self.model_dump_json(), encoding="utf-8")
        draft.rename(folder / STATE)


def load_state(folder: Path) -> State:
    """Of the run before in this folder; raises OSError where there is none."""
    return State.model_validate_json((folder / STATE).read_bytes())
