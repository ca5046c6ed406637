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
    # Ctrl-C and systemd's SIGTERM reach the whole group; the parent alone decides how it ends.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    from deploy.shards.shard_main import run_shard

    run_shard(plan, delivery, control)
