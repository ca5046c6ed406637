"""What a shard is told, and the first thing it does."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection

from deploy.settings import Site, SiteCamera


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardPlan:
    """What one shard does; pickled to it by `multiprocessing`, never shown in a process list."""

    number: int
    site: Site
    cameras: tuple[SiteCamera, ...]


def become_shard(plan: ShardPlan, delivery: Connection, control: Connection) -> None:
    """The spawned process's function. The parent imports it, so it imports the rest only here."""
    # These reach the whole group, from Ctrl-C or systemd; the parent alone decides what follows.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    from deploy.shards.shard_main import run_shard

    run_shard(plan, delivery, control)
