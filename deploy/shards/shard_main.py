"""The composition root of a shard: a pipeline in a process of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from alerts.evidence.spool import Spool
from deploy.garbage import collect_rarely
from deploy.heap import share_heap
from deploy.log import configure_logging
from deploy.pipeline import Pipeline
from deploy.shards.messages import ANSWERS, ORDERS, Counted, Drain, Family, GoTo, Order, Ready
from deploy.shards.pipe import Pipe, PipeClosedError
from deploy.shards.remote_delivery import RemoteDelivery
from deploy.shards.shard_news import ShardNews
from deploy.shards.shard_plan import ShardPlan
from deploy.shards.site_text import change_of

EXIT_ORPHANED = 3


def run_shard(plan: ShardPlan, delivery: Connection, control: Connection) -> None:
    """The process: watch until told to drain, or until the parent is gone."""
    share_heap()
    configure_logging()
    orders = Pipe(control, ORDERS)
    news = ShardNews(orders)
    try:
        remote = RemoteDelivery(Pipe(delivery, ANSWERS), Spool(plan.site.data / "spool"), news)
        pipeline = Pipeline(plan.site, plan.cameras, remote, on_death=news.died)
        with _telling(news), pipeline.running():
            collect_rarely()
            _obey(orders, pipeline)
    except Exception as error:  # the process's supervisor: whatever it was, the node must know
        news.died("pipeline", error)
        sys.exit(1)


@contextmanager
def _telling(news: ShardNews) -> Iterator[None]:
    news.start()
    try:
        yield
    finally:
        news.stop()


def _obey(orders: Pipe[Order], pipeline: Pipeline) -> None:
    """Until `Drain`. Without a parent nothing can be stored, so there is nothing to drain."""
    try:
        orders.send(Ready())
        while not isinstance(order := orders.receive(), Drain):
            if isinstance(order, GoTo):
                pipeline.go_to(*change_of(order))
                orders.send(Ready())
            else:
                families = tuple(Family.of(metric) for metric in pipeline.collect())
                orders.send(Counted(families=families))
    except PipeClosedError:
        os._exit(EXIT_ORPHANED)
