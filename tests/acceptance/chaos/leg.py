"""Part of a run, with one kind of database: break things, heal them, and compare."""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter
from pathlib import Path

from tests.acceptance.chaos.backlog import backlog
from tests.acceptance.chaos.evidence_ledger import compare_evidence, last_told
from tests.acceptance.chaos.faults import Fault, plan
from tests.acceptance.chaos.held import held
from tests.acceptance.chaos.kept import Accepted, accepted
from tests.acceptance.chaos.ledger import Verdict, compare
from tests.acceptance.chaos.report import LegReport, State
from tests.acceptance.chaos.world import World

WARM_UP_S = 10.0
STARTED_WITHIN_S = 120.0
DRAINED_S = 180.0
ROUNDS = 3


def run_leg(state: State, folder: Path) -> LegReport:
    """Make the faults that are left, wait until everything arrived, and compare."""
    began = time.monotonic()
    with World(folder, state.database) as world:
        faults = _plan(world, state)
        say(f"{state.database}; cannot be done here: {', '.join(world.skipped) or 'nothing'}")
        _warm_up(world)
        for fault in faults[max(0, state.done - state.first + 1) :]:
            world.wait(fault.wait_s)
            seconds = state.seconds + time.monotonic() - began
            state = _strike(world, fault, state)
            state.model_copy(update={"seconds": seconds}).save(folder)
        stock = _drain(world)
        verdict = _judged(world, stock)
        seconds = state.seconds + time.monotonic() - began
        report = _report(world, state.model_copy(update={"seconds": seconds}), stock, verdict)
    world.remove()
    return report


def _plan(world: World, state: State) -> list[Fault]:
    has_server = world.database.server is not None
    every_s = state.every_s
    return list(plan(state.seed, state.faults, every_s, world.skipped, has_server=has_server))


def _warm_up(world: World) -> None:
    """A busy machine takes its time: before the node answers there is nothing to lose."""
    deadline = time.monotonic() + STARTED_WITHIN_S
    while backlog(world.node_port) is None and time.monotonic() < deadline:
        world.wait(1.0)
    world.wait(WARM_UP_S)


def _strike(world: World, fault: Fault, state: State) -> State:
    overlap = not world.is_whole
    say(f"{fault.number:4} {fault.kind.name} for {fault.lasts_s:.1f} s{' +' if overlap else ''}")
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
            is_over = backlog(world.node_port) == 0 and not world.has_spooled
            quiet = quiet + 1 if is_over else 0
        world.node.end(signal.SIGTERM, float("inf"))
        stock = accepted(world.outbox)
        say(
            f"drained: {len(stock.messages)} messages, {stock.waiting} wait, "
            f"{stock.unsettled} pieces of evidence too"
        )
        if stock.waiting == 0 and stock.unsettled == 0:
            break
        world.node.heal()
    world.desk.end(signal.SIGTERM, float("inf"))
    return stock


def _judged(world: World, stock: Accepted) -> Verdict:
    found = held(world.database.url)
    verdict = compare(stock.messages, found)
    lost = [*verdict.lost, *compare_evidence(stock.messages, found, world.evidence.stored())]
    lost += [f"an outbox was set aside: {each}" for each in world.outbox.parent.glob("*.damaged-*")]
    if stock.dropped:
        lost.append(f"{stock.dropped} messages were dropped for want of room")
    return Verdict(lost=tuple(lost), doubled=verdict.doubled)


def _report(world: World, state: State, stock: Accepted, verdict: Verdict) -> LegReport:
    evidence = Counter(piece.state for piece in last_told(stock.messages).values())
    return LegReport(
        database=state.database,
        faults=state.done - state.first + 1,
        lost=len(verdict.lost),
        doubled=len(verdict.doubled),
        messages=len(stock.messages),
        alerts=len({each.alert_id for each in stock.messages}),
        evidence=dict(evidence),
        seconds=round(state.seconds),
        overlapping=state.overlapping,
        kinds=dict(Counter(fault.kind.name for fault in _plan(world, state))),
        skipped=world.skipped,
        ended={part.name: part.ended_by_itself for part in world.parts},
        findings=(*verdict.lost, *verdict.doubled),
    )


def say(text: str) -> None:
    """On stderr, with the time."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()
