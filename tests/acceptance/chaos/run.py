"""`python -m tests.acceptance.chaos.run --faults N`: break things, heal them, and count.

The last line on stdout is `{"faults", "lost", "doubled", "seed"}`; what happens goes to stderr.
An interrupted run leaves its folder (and its small disk) as they are; `--from N` goes on there
with fault N, by the same plan.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.acceptance.chaos.disk import SmallDisk
from tests.acceptance.chaos.faults import Fault, plan
from tests.acceptance.chaos.held import held
from tests.acceptance.chaos.kept import Accepted, accepted
from tests.acceptance.chaos.ledger import Verdict, compare
from tests.acceptance.chaos.report import Report, State, load_state
from tests.acceptance.chaos.world import World
from tests.conftest import REPOSITORY

EVERY_S = (3.0, 5.0)
WARM_UP_S = 10.0
DRAINED_S = 120.0
ROUNDS = 3
FOLDER = REPOSITORY / "build" / "chaos"


def run(state: State, folder: Path) -> Report:
    """Make the faults that are left, wait until everything arrived, and compare."""
    began = time.monotonic()
    with World(folder) as world:
        faults = list(plan(state.seed, state.faults, state.every_s, world.skipped))
        _say(f"cannot be done here: {', '.join(world.skipped) or 'nothing'}")
        world.wait(WARM_UP_S)
        for fault in faults[state.done :]:
            world.wait(fault.wait_s)
            seconds = state.seconds + time.monotonic() - began
            state = _strike(world, fault, state)
            state.model_copy(update={"seconds": seconds}).save(folder)
        stock = _drain(world)
        verdict = _judged(world, stock)
        seconds = state.seconds + time.monotonic() - began
        report = _report(world, state.model_copy(update={"seconds": seconds}), stock, verdict)
    world.disk.unmount()
    return report


def _strike(world: World, fault: Fault, state: State) -> State:
    overlap = not world.is_whole
    _say(f"{fault.number:4} {fault.kind.name} for {fault.lasts_s:.1f} s{' +' if overlap else ''}")
    fault.strike(world, time.monotonic())
    return state.model_copy(
        update={
            "done": fault.number,
            "overlapping": state.overlapping + overlap,
        }
    )


def _drain(world: World) -> Accepted:
    """Heal, end the streams, and let a fresh node deliver what is left and end what is open."""
    world.heal()
    world.streams.stop()
    stock = Accepted(messages=())
    for _ in range(ROUNDS):
        world.node.end(signal.SIGTERM, 0.0)
        deadline, quiet = time.monotonic() + DRAINED_S, 0
        while quiet < 5 and time.monotonic() < deadline:
            world.wait(1.0)
            quiet = quiet + 1 if world.backlog() == 0 else 0
        world.node.end(signal.SIGTERM, float("inf"))
        stock = accepted(world.outbox)
        _say(f"drained: {len(stock.messages)} messages, {stock.waiting} wait")
        if stock.waiting == 0:
            break
        world.node.heal()
    world.desk.end(signal.SIGTERM, float("inf"))
    return stock


def _judged(world: World, stock: Accepted) -> Verdict:
    verdict = compare(stock.messages, held(world.database))
    lost = [*verdict.lost]
    lost += [f"an outbox was set aside: {each}" for each in world.outbox.parent.glob("*.damaged-*")]
    if stock.dropped:
        lost.append(f"{stock.dropped} messages were dropped for want of room")
    return Verdict(lost=tuple(lost), doubled=verdict.doubled)


def _report(world: World, state: State, stock: Accepted, verdict: Verdict) -> Report:
    faults = plan(state.seed, state.faults, state.every_s, world.skipped)
    return Report(
        faults=state.done,
        lost=len(verdict.lost),
        doubled=len(verdict.doubled),
        seed=state.seed,
        messages=len(stock.messages),
        alerts=len({each.alert_id for each in stock.messages}),
        seconds=round(state.seconds),
        overlapping=state.overlapping,
        kinds=dict(Counter(fault.kind.name for fault in faults)),
        skipped=world.skipped,
        ended={part.name: part.ended_by_itself for part in world.parts},
        findings=(*verdict.lost, *verdict.doubled),
    )


def _say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def _empty(folder: Path) -> None:
    """Also of an interrupted run's disk."""
    if (folder / "node").exists():
        SmallDisk(folder / "node").unmount()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0 where nothing was lost or doubled."""
    parser = argparse.ArgumentParser(description="break node, broker and desk, and count alerts")
    parser.add_argument("--faults", type=int, default=1000)
    parser.add_argument("--seed", type=int, help="default: drawn")
    parser.add_argument("--from", type=int, dest="first", help="go on with this fault")
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--report", type=Path, help="write all figures here")
    given = parser.parse_args(arguments)
    if given.first is None:
        _empty(given.data)
        seed = random.randrange(1_000_000) if given.seed is None else given.seed
        state = State(seed=seed, faults=given.faults, every_s=EVERY_S)
    else:
        state = load_state(given.data).model_copy(update={"done": given.first - 1})
    _say(f"seed {state.seed}, faults {state.done + 1} to {state.faults}; logs in {given.data}")
    try:
        report = run(state, given.data)
    except KeyboardInterrupt:
        _say(f"interrupted; go on with --from {load_state(given.data).done + 1}")
        return 130
    except pytest.skip.Exception as missing:  # the broker's, which is made for tests
        _say(str(missing))
        return 2
    for finding in report.findings:
        _say(finding)
    if given.report is not None:
        given.report.write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(report.line + "\n")
    return 1 if report.lost or report.doubled else 0


if __name__ == "__main__":
    sys.exit(main())
