"""`python -m tests.acceptance.chaos.run --faults N`: break things, heal them, and count.

The last line on stdout is `{"faults", "lost", "doubled", "seed"}`; what happens goes to stderr.
Half of the faults meet a desk with SQLite and half one with PostgreSQL, one after the other, each
in a folder of its own. An interrupted run leaves its folders (and its small disk) as they are;
`--from N` goes on there with fault N, by the same plan.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from tests.acceptance.chaos.database import KINDS, Kind, remove_database
from tests.acceptance.chaos.disk import SmallDisk
from tests.acceptance.chaos.leg import run_leg, say
from tests.acceptance.chaos.report import (
    REPORT,
    LegReport,
    Report,
    State,
    load_report,
    load_state,
    write_whole,
)
from tests.conftest import REPOSITORY

EVERY_S = (3.0, 5.0)
FOLDER = REPOSITORY / "build" / "chaos"


def legs(seed: int, faults: int, databases: Sequence[Kind]) -> tuple[State, ...]:
    """The run's legs: its faults shared out over the databases, in their order."""
    ends = [faults * number // len(databases) for number in range(len(databases) + 1)]
    return tuple(
        State(seed=seed, database=each, first=ends[n] + 1, last=ends[n + 1], every_s=EVERY_S)
        for n, each in enumerate(databases)
        if ends[n] < ends[n + 1]
    )


def run(planned: Sequence[State], folder: Path, *, first: int | None) -> Report:
    """All legs; `first`: go on with that fault of a run before.

    Raises:
        OSError: There is no such run.
    """
    return Report.of(
        planned[0].seed,
        tuple(_leg(state, folder / state.database, first=first or 0) for state in planned),
    )


def _leg(state: State, folder: Path, *, first: int) -> LegReport:
    if state.last < first:
        return load_report(folder)
    if state.first < first:
        state = load_state(folder).model_copy(update={"done": first - 1})
    else:
        _empty(folder)
    report = run_leg(state, folder)
    write_whole(folder / REPORT, report.model_dump_json())
    return report


def _empty(folder: Path) -> None:
    """Also of an interrupted run's disk and database."""
    if (folder / "node").exists():
        SmallDisk(folder / "node").unmount()
    remove_database(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _planned(given: argparse.Namespace) -> tuple[State, ...]:
    """Those of the run before, where it is to go on: it is known by what it was asked for."""
    asked = given.data / "asked.json"
    if given.first is not None:
        return tuple(
            State.model_validate_json(line) for line in asked.read_text("utf-8").splitlines()
        )
    seed = random.randrange(1_000_000) if given.seed is None else given.seed
    databases = KINDS if given.database == "both" else (given.database,)
    planned = legs(seed, given.faults, databases)
    given.data.mkdir(parents=True, exist_ok=True)
    write_whole(asked, "\n".join(state.model_dump_json() for state in planned))
    return planned


def _next(planned: Sequence[State], folder: Path) -> int:
    """The first fault that was not made."""
    for state in planned:
        with suppress(OSError):
            if (done := load_state(folder / state.database).done) < state.last:
                return done + 1
    return planned[-1].last + 1


def _given(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="break node, broker and desk, and count alerts")
    parser.add_argument("--faults", type=int, default=1000)
    parser.add_argument("--seed", type=int, help="default: drawn")
    parser.add_argument("--database", choices=(*KINDS, "both"), default="both")
    parser.add_argument("--from", type=int, dest="first", help="go on with this fault")
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--report", type=Path, help="write all figures here")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0 where nothing was lost or doubled."""
    given = _given(arguments)
    planned = _planned(given)
    first = given.first or planned[0].first
    say(f"seed {planned[0].seed}, faults {first} to {planned[-1].last}; logs in {given.data}")
    try:
        report = run(planned, given.data, first=given.first)
    except KeyboardInterrupt:
        say(f"interrupted; go on with --from {_next(planned, given.data)}")
        return 130
    except pytest.skip.Exception as missing:  # broker's and database's, which are made for tests
        say(str(missing))
        return 2
    for leg in report.legs:
        for finding in leg.findings:
            say(f"{leg.database}: {finding}")
    if given.report is not None:
        given.report.write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(report.line + "\n")
    return 1 if report.lost or report.doubled else 0


if __name__ == "__main__":
    sys.exit(main())
