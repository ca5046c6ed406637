"""Cameras that drop by chance, each behind a proxy of its own."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence

from tests.fault_proxy import FaultProxy
from tests.stream_faults import NONE, Faults

AWAY_S = (0.5, 3.0)


def reset(proxy: FaultProxy) -> None:
    proxy.reset()


def break_in_packet(proxy: FaultProxy) -> None:
    proxy.break_in_packet()


def stall(proxy: FaultProxy) -> None:
    proxy.stall()


def refuse(proxy: FaultProxy) -> None:
    proxy.refuse()
    proxy.reset()


def be_silent(proxy: FaultProxy) -> None:
    proxy.faults = Faults(is_silent=True)
    proxy.reset()


def cut_short(proxy: FaultProxy) -> None:
    proxy.faults = Faults(cut_after=3)
    proxy.reset()


def answer_late(proxy: FaultProxy) -> None:
    proxy.faults = Faults(describe_delay_s=0.4)
    proxy.reset()


def corrupt(proxy: FaultProxy) -> None:
    proxy.faults = Faults(corrupt=0.3)


KINDS: tuple[Callable[[FaultProxy], None], ...] = (
    reset,
    break_in_packet,
    stall,
    refuse,
    be_silent,
    cut_short,
    answer_late,
    corrupt,
)


class Drops:
    """One camera after the other drops, and comes back within seconds.

    Attributes:
        counts: How often, by kind.
    """

    def __init__(self, proxies: Sequence[FaultProxy], *, seed: int, each_every_s: float) -> None:
        """`each_every_s`: how often a camera drops, in the mean."""
        self._proxies = proxies
        self._draw = random.Random(seed)
        self._rate_hz = len(proxies) / each_every_s
        self._next_s = 0.0
        self._back_s: dict[FaultProxy, float] = {}
        self.counts = Counter[str]()

    def tick(self, now_s: float) -> None:
        """Do what is due; `now_s` counts from the start."""
        for proxy in [proxy for proxy, at_s in self._back_s.items() if now_s >= at_s]:
            self._mend(proxy)
        while now_s >= self._next_s:
            self._next_s += self._draw.expovariate(self._rate_hz)
            self._drop(now_s)

    def _drop(self, now_s: float) -> None:
        proxy, kind = self._draw.choice(self._proxies), self._draw.choice(KINDS)
        if proxy not in self._back_s:
            kind(proxy)
            self.counts[kind.__name__.replace("_", "-")] += 1
            self._back_s[proxy] = now_s + self._draw.uniform(*AWAY_S)

    def _mend(self, proxy: FaultProxy) -> None:
        del self._back_s[proxy]
        proxy.faults = NONE
        proxy.answer()
