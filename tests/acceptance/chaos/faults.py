"""The kinds of faults, and the plan of a run: all of it follows from its seed."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.acceptance.chaos.wire import Cut
from tests.acceptance.chaos.world import World

Strike = Callable[[World, float, random.Random], None]
"""Does it, until a time, with chance for what else is to be drawn."""

LONG_S = 120.0
LONG_EVERY = 100
"""A thousand faults have at most ten outages of two minutes, fifty have none."""
SHORT_S = (3.0, 10.0)
"""Mostly longer than the next fault is away: it comes before this one has healed."""
CUTS = tuple(cut for cut in Cut if cut is not Cut.NONE)


def kill_node(world: World, until: float, _draw: random.Random) -> None:
    world.node.end(signal.SIGKILL, until)


def kill_desk(world: World, until: float, _draw: random.Random) -> None:
    world.desk.end(signal.SIGKILL, until)


def kill_broker(world: World, until: float, _draw: random.Random) -> None:
    world.broker.end(signal.SIGKILL, until)


def stop_broker(world: World, until: float, _draw: random.Random) -> None:
    world.broker.end(signal.SIGTERM, until)


def freeze_broker(world: World, until: float, _draw: random.Random) -> None:
    world.broker.freeze(until)


def freeze_desk(world: World, until: float, _draw: random.Random) -> None:
    world.desk.freeze(until)


def kill_database(world: World, until: float, draw: random.Random) -> None:
    if world.database.server is not None:
        if draw.randrange(3) == 0:
            world.database.server.end_one(draw)
        else:
            world.database.server.end(signal.SIGKILL, until)


def stop_database(world: World, until: float, _draw: random.Random) -> None:
    if world.database.server is not None:  # SIGTERM would wait for the desk
        world.database.server.end(signal.SIGINT, until)


def freeze_database(world: World, until: float, _draw: random.Random) -> None:
    if world.database.server is not None:
        world.database.server.freeze(until)


def cut_node(world: World, until: float, draw: random.Random) -> None:
    world.cut("node", draw.choice(CUTS), until)


def cut_desk(world: World, until: float, draw: random.Random) -> None:
    world.cut("desk", draw.choice(CUTS), until)


def fill_disk(world: World, until: float, draw: random.Random) -> None:
    world.fill_disk(draw.choice((0, 10_000, 100_000)), until)


def pull_cable(world: World, until: float, _draw: random.Random) -> None:
    world.pull_cable(until)


def lose_packets(world: World, until: float, _draw: random.Random) -> None:
    world.lose_packets(until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of fault.

    Attributes:
        share: How often it is drawn, against the others.
        at_once: How often, of ten, whatever is killed is started again at once.
        can_last: Whether it may be one of the long outages.
        of_server: Whether it is done to the server of a database, which SQLite has not.
    """

    name: str
    strike: Strike
    share: int = 1
    at_once: int = 0
    can_last: bool = False
    of_server: bool = False


KINDS = (
    Kind(name="kill-node", strike=kill_node, share=3, at_once=4),
    Kind(name="kill-desk", strike=kill_desk, share=3, at_once=4),
    Kind(name="kill-broker", strike=kill_broker, share=3, at_once=4),
    Kind(name="stop-broker", strike=stop_broker, share=2, can_last=True),
    Kind(name="freeze-broker", strike=freeze_broker, share=1),
    Kind(name="freeze-desk", strike=freeze_desk, share=1),
    Kind(name="cut-node", strike=cut_node, share=3, can_last=True),
    Kind(name="cut-desk", strike=cut_desk, share=3, can_last=True),
    Kind(name="kill-database", strike=kill_database, share=3, at_once=4, of_server=True),
    Kind(name="stop-database", strike=stop_database, share=1, can_last=True, of_server=True),
    Kind(name="freeze-database", strike=freeze_database, share=1, of_server=True),
    Kind(name="full-disk", strike=fill_disk, share=2),
    Kind(name="pull-cable", strike=pull_cable, share=1, can_last=True),
    Kind(name="lose-packets", strike=lose_packets, share=1, can_last=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault of the plan: `wait_s` after the one before, for `lasts_s`."""

    number: int
    kind: Kind
    wait_s: float
    lasts_s: float

    def strike(self, world: World, now: float) -> None:
        self.kind.strike(world, now + self.lasts_s, random.Random(self.number))


def plan(
    seed: int,
    faults: range,
    every_s: tuple[float, float],
    skipped: Sequence[str] = (),
    *,
    has_server: bool = True,
) -> Iterator[Fault]:
    """The same for the same arguments; each is drawn before the one before has healed."""
    draw = random.Random(f"{seed} {faults.start}")
    kinds = [kind for kind in KINDS if kind.name not in skipped and has_server >= kind.of_server]
    shares = [kind.share for kind in kinds]
    long_left = len(faults) // LONG_EVERY
    for number in faults:
        kind = draw.choices(kinds, shares)[0]
        lasts_s = 0.0 if draw.randrange(10) < kind.at_once else draw.uniform(*SHORT_S)
        if draw.random() < 2 / LONG_EVERY and kind.can_last and long_left:
            long_left, lasts_s = long_left - 1, LONG_S
        yield Fault(number=number, kind=kind, wait_s=draw.uniform(*every_s), lasts_s=lasts_s)
