"""In the parent: one shard, from its start to its end."""

from __future__ import annotations

import logging
import signal
import time
from contextlib import suppress
from multiprocessing import get_context
from threading import Event, Thread

from deploy.alert_delivery import AlertDelivery
from deploy.node_life import NodeLife
from deploy.settings import Site
from deploy.shards.delivery_service import DeliveryService
from deploy.shards.last_counted import LastCounted
from deploy.shards.load_of_shards import LoadOfShards
from deploy.shards.messages import (
    NEWS,
    QUESTIONS,
    Counted,
    Drain,
    LoadChanged,
    News,
    PartDied,
    Ready,
    StatusChanged,
    TellCounters,
)
from deploy.shards.pipe import Pipe, PipeClosedError
from deploy.shards.shard_plan import ShardPlan, become_shard
from deploy.shards.site_text import order_of
from deploy.site_change import SiteChange

EXIT_S = 2.0
"""From the end of its pipes to the end of a process."""

logger = logging.getLogger(__name__)


class ShardProcess:
    """Spawned, not forked: threads of ONNX Runtime, libav and paho do not survive a fork.

    Its end ends the node, with the reason, unless it was told to drain.
    """

    def __init__(
        self, plan: ShardPlan, delivery: AlertDelivery, load: LoadOfShards, life: NodeLife
    ) -> None:
        """Nothing runs yet."""
        self.name = f"shard {plan.number}"
        self._delivery = delivery
        self._load = load
        self._life = life
        spawn = get_context("spawn")
        asked, asking = spawn.Pipe()
        heard, telling = spawn.Pipe()
        self._theirs = (asking, telling)
        self._process = spawn.Process(
            target=become_shard, args=(plan, asking, telling), name=self.name
        )
        self._questions = Pipe(asked, QUESTIONS)
        self._news = Pipe(heard, NEWS)
        self.counted = LastCounted(lambda: self._news.send(TellCounters()))
        self._is_draining = False
        self.ready = Event()
        name = f"shard-{plan.number}"
        self._answering = Thread(target=self._serve, name=f"{name}-delivery")
        self._listening = Thread(target=self._hear, name=f"{name}-news")

    @property
    def pid(self) -> int | None:
        """Its process id, once started."""
        return self._process.pid

    def start(self) -> None:
        """Spawn it; `ready` is set when it watches."""
        self._process.start()
        for end in self._theirs:  # or the kernel would not tell us of its death
            end.close()
        self._answering.start()
        self._listening.start()

    def go_to(self, site: Site, change: SiteChange) -> None:
        """Tell it what to watch from now on; `ready` is set when it does."""
        self.ready.clear()
        with suppress(PipeClosedError):  # its end is told by whoever hears it
            self._news.send(order_of(site, change))

    def drain(self) -> None:
        """Tell it to stop watching and to end; does not wait."""
        self._is_draining = True
        with suppress(PipeClosedError):
            self._news.send(Drain())

    def stop(self, deadline: float) -> None:
        """Wait for its end, at the latest at `deadline` on the monotonic clock; idempotent."""
        if self._process.pid is None:
            return
        self.drain()
        # The listener waits for the process's end: two threads in waitpid would mislead each other.
        self._listening.join(max(deadline - time.monotonic(), 0.0))
        if self._listening.is_alive() or self._process.is_alive():
            logger.error(
                "%s did not drain in time: killed", self.name, extra={"action": "shard-killed"}
            )
            self._process.kill()
        for thread in (self._listening, self._answering):
            thread.join(EXIT_S)
        self._process.join(EXIT_S)

    def _serve(self) -> None:
        try:
            DeliveryService(self._questions, self._delivery).run()
        except Exception as error:  # the thread's supervisor: whatever it was, the node must know
            self._life.die(f"{self.name}, delivery", error)
        finally:
            self._questions.close()

    def _hear(self) -> None:
        try:
            while True:
                self._take(self._news.receive())
        except PipeClosedError:
            self._gone()
        except Exception as error:  # the thread's supervisor: whatever it was, the node must know
            self._life.die(f"{self.name}, news", error)
        finally:
            self._news.close()

    def _take(self, news: News) -> None:
        match news:
            case StatusChanged():
                self._delivery.camera_status(news.status)
            case LoadChanged():
                self._load.update(self.name, news)
            case Counted():
                self.counted.take(news.families)
            case Ready():
                self.ready.set()
            case PartDied():
                self._end_node(f"{self.name}: {news.reason}")

    def _gone(self) -> None:
        self._process.join(EXIT_S)
        self._end_node(f"{self.name} {how_it_ended(self._process.exitcode)}")

    def _end_node(self, reason: str) -> None:
        if not self._is_draining:
            self._life.end_because(reason)


def how_it_ended(exitcode: int | None) -> str:
    """In words; `exitcode` as `multiprocessing` gives it: negative for a signal."""
    if exitcode is None:
        return "hung up"
    if exitcode >= 0:
        return f"ended with status {exitcode}"
    with suppress(ValueError):
        return f"was ended by {signal.Signals(-exitcode).name}"
    return f"was ended by signal {-exitcode}"
