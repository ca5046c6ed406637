"""`python -m tests.acceptance.soak.run`: an hour of bad cameras in some minutes.

The last line on stdout is `{"cameras", "flat", "seed"}`; what was found goes to stderr.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.acceptance.soak.plot import draw
from tests.acceptance.soak.report import Report
from tests.acceptance.soak.site import TIMEOUT_S
from tests.acceptance.soak.soak import REAL_DROPS_EVERY_S, Plan, soak
from tests.conftest import REPOSITORY
from tests.rtsp_server import WHAT_TO_INSTALL, is_available

FOLDER = REPOSITORY / "build" / "soak"
WARM_UP_SHARE = 0.6
"""Caches of the desk fill for as long as that."""


def _given(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="let cameras drop, and watch what processes hold")
    parser.add_argument("--cameras", type=int, default=64)
    parser.add_argument("--minutes", type=float, default=12.0, help="they stand for an hour")
    parser.add_argument("--seed", type=int, help="default: drawn")
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--out", type=Path, help="write report.json and report.svg there")
    return parser.parse_args(arguments)


def _plan(given: argparse.Namespace) -> Plan:
    wall_s = 60.0 * given.minutes
    return Plan(
        cameras=given.cameras,
        wall_s=wall_s,
        warm_up_s=WARM_UP_SHARE * wall_s,
        seed=random.randrange(1_000_000) if given.seed is None else given.seed,
    )


def _how(plan: Plan) -> str:
    return (
        f"an hour in {plan.wall_s / 60:g} minutes after {plan.warm_up_s / 60:.1f} of warm-up: each "
        f"of {plan.cameras} cameras drops every {REAL_DROPS_EVERY_S / plan.compression:.0f} s in "
        f"the mean instead of {REAL_DROPS_EVERY_S:.0f} s, time-outs are {TIMEOUT_S} s instead of "
        f"3 s; seed {plan.seed}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0 where nothing grew and nothing ended by itself."""
    given = _given(arguments)
    plan = _plan(given)
    if not is_available():
        _say(WHAT_TO_INSTALL)
        return 2
    shutil.rmtree(given.data, ignore_errors=True)
    given.data.mkdir(parents=True)
    _say(_how(plan))
    try:
        report, samples = soak(plan, given.data)
    except pytest.skip.Exception as missing:  # the broker's, which is made for tests
        _say(str(missing))
        return 2
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)
        text = report.model_dump_json(indent=2) + "\n"
        (given.out / "report.json").write_text(text, encoding="utf-8")
        draw(samples, given.out / "report.svg")
    _tell(report)
    return 0 if report.is_flat else 1


def _tell(report: Report) -> None:
    drops = sum(report.drops.values())
    _say(f"{drops} drops, {report.reconnects} attempts to open again, {report.alerts} alerts")
    for each in report.growth:
        _say(each.words)
    line = {"cameras": report.cameras, "flat": report.is_flat, "seed": report.seed}
    sys.stdout.write(json.dumps(line) + "\n")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
