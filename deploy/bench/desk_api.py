"""`bench desk`: how long the queue and a search take at the API, as many officers would ask."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

import httpx

from deploy.bench.desk_rig import OFFICERS, DeskRig
from deploy.bench.desk_seed import UNTIL
from deploy.bench.desk_world import KINDS, areas, cameras

ROUNDS = 300
WARM_UP = 30
NEXT_PAGES = 3
"""One page in so many is followed by its next."""
WORDS = (
    "羊群",
    "消防",
    "树影",
    "散步",
    "王芳 施工",
    "北街 劝离",
    "停留超过",
    "sheep",
    "货车 路口",
    "飞机",
    "刘洋 挪车",
)

Query = list[tuple[str, str | int | float | bool | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and how long its answer took."""

    query: Query
    officer: str
    ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiFigures:
    """All that was asked, by what kind of question it is."""

    queue: list[Asked]
    search: list[Asked]
    text: list[Asked]


def p95(asked: Sequence[Asked]) -> float:
    """Milliseconds that 95 of 100 answers take at most."""
    times = sorted(each.ms for each in asked)
    return times[min(len(times) - 1, int(len(times) * 0.95))]


def run_api(rig: DeskRig, rounds: int = ROUNDS) -> ApiFigures:
    """Ask one question after the other; the desk is running."""
    chance = random.Random(7)  # noqa: S311 - the same questions in every run
    with ExitStack() as stack:
        clients = {name: stack.enter_context(rig.client(name)) for name in OFFICERS}
        return ApiFigures(
            queue=_ask(clients, [_queue(chance) for _ in range(rounds)], chance),
            search=_ask(clients, [_search(chance) for _ in range(rounds)], chance),
            text=_ask(clients, [_text(chance) for _ in range(rounds)], chance),
        )


def _ask(
    clients: dict[str, httpx.Client], queries: Sequence[Query], chance: random.Random
) -> list[Asked]:
    found: list[Asked] = []
    for number, query in enumerate(queries):
        officer = chance.choice(list(clients))
        for asked in _answers(clients[officer], officer, query, chance):
            if number >= WARM_UP:
                found.append(asked)
    return found


def _answers(
    client: httpx.Client, officer: str, query: Query, chance: random.Random
) -> Iterator[Asked]:
    cursor: str | None = None
    while True:
        asked: Query = query if cursor is None else [*query, ("cursor", cursor)]
        began = time.perf_counter()
        answer = client.get("/api/cases", params=httpx.QueryParams(asked))
        ms = (time.perf_counter() - began) * 1000
        answer.raise_for_status()
        yield Asked(query=asked, officer=officer, ms=ms)
        cursor = answer.json()["next_cursor"]
        if cursor is None or chance.randrange(NEXT_PAGES):
            return


_OPEN: Query = [("status", each) for each in ("accepted", "dispatched", "handling", "reported")]


def _queue(chance: random.Random) -> Query:
    """What the tabs and filters of the queue ask for."""
    tabs: list[Query] = [
        [("status", "pending")],
        _OPEN,
        [("status", "closed"), ("status", "followed-up")],
        [],
    ]
    query: Query = list(chance.choice(tabs))
    filters: list[Query] = [
        [],
        [("severity", chance.choice(("low", "medium", "high", "critical")))],
        [("category", chance.choice(KINDS).category)],
        [("area", chance.choice(areas()).id)],
        [("severity", "high"), ("category", chance.choice(KINDS).category)],
        [("overdue", "true")],
        [("department", "水务")],
    ]
    return query + chance.choice(filters)


def _search(chance: random.Random) -> Query:
    """What somebody asks who looks for a case of before."""
    day = UNTIL - timedelta(days=chance.randrange(390))
    since: Query = [
        ("since", day.isoformat()),
        ("until", (day + timedelta(days=chance.choice((1, 7, 30)))).isoformat()),
    ]
    camera, kind, area = chance.choice(cameras()), chance.choice(KINDS), chance.choice(areas())
    queries: list[Query] = [
        [("q", f"{camera.area}-{day:%Y%m%d}")],
        [("q", f"{camera.area}-{day:%Y%m%d}-0001")],
        since,
        [*since, ("area", area.id)],
        [*since, ("category", kind.category), ("verdict", "false")],
        [("camera", camera.id)],
        [("camera", camera.id), ("verdict", "true")],
        [("rule", kind.rule), ("area", area.id)],
        [("rule", kind.rule), ("status", "pending")],
        [("verdict", chance.choice(("drill", "test", "duplicate", "false")))],
        [("area", area.id), ("severity", kind.severity), ("status", "closed")],
    ]
    return chance.choice(queries)


def _text(chance: random.Random) -> Query:
    """Free text, alone and with a filter."""
    filters: list[Query] = [
        [],
        [("area", chance.choice(areas()).id)],
        [("status", "closed")],
        [("category", chance.choice(KINDS).category)],
    ]
    return [("q", chance.choice(WORDS)), *chance.choice(filters)]
