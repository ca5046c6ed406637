"""In the parent: all shards of a node, started and stopped together."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from prometheus_client.core import GaugeMetricFamily, Metric

from deploy.alert_delivery import AlertDelivery
from deploy.node_life import NodeLife
from deploy.settings import Site, SiteCamera
from deploy.shards.assignment import site_of_shard
from deploy.shards.load_of_shards import LoadOfShards
from deploy.shards.pipe import PipeClosedError
from deploy.shards.shard_change import after, divided
from deploy.shards.shard_plan import ShardPlan
from deploy.shards.shard_process import ShardProcess
from deploy.site_change import SiteChange

READY_S = 60.0
"""Until a shard has opened its models; importing OpenCV and PyAV alone takes seconds."""
LOOK_S = 0.1
STOP_S = 5.0
"""For all shards together. With 2 s for the store and 3 s for the broker a node drains in 10 s."""
COUNT_S = 1.0


class Shards:
    """Watches cameras in processes of their own; `running` starts and stops them."""

    def __init__(
        self,
        site: Site,
        shares: Sequence[tuple[SiteCamera, ...]],
        delivery: AlertDelivery,
        life: NodeLife,
    ) -> None:
        """One shard a share; nothing runs yet."""
        told = site_of_shard(site, len(shares))
        load = LoadOfShards(delivery.become)
        self._life = life
        self._site, self._shares = site, list(shares)
        self.processes = [
            ShardProcess(ShardPlan(number=number, site=told, cameras=share), delivery, load, life)
            for number, share in enumerate(shares, start=1)
        ]

    def restart_needed(self, site: Site, change: SiteChange) -> tuple[str, ...]:
        """Models that no shard has: one that cannot be opened would end its shard."""
        watched = [camera for share in self._shares for camera in share]
        present = {model for camera in watched for model in self._site.models_of(camera)}
        wanted = {model for camera in change.admitted for model in site.models_of(camera)}
        return tuple(f"models.{model}, not in use so far" for model in sorted(wanted - present))

    def go_to(self, site: Site, change: SiteChange) -> None:
        """Each shard watches its part of it from now on; returns when all do, or the node ends.

        Names and areas are told by the delivery: a change of nothing else goes to no shard.
        """
        told = site_of_shard(site, len(self.processes))
        parts = divided(change, self._shares)
        for shard, part in zip(self.processes, parts, strict=True):
            if part.dismissed or part.admitted:
                shard.go_to(told, part)
        self._site = site
        self._shares = [after(*each) for each in zip(self._shares, parts, strict=True)]
        self._await_ready()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start all at once, wait until all watch; drain all at once.

        Raises:
            NodeDiedError: A shard cannot start.
        """
        try:
            for shard in self.processes:
                shard.start()
            self._wait_until_ready()
            yield
        finally:
            self._stop()

    def _wait_until_ready(self) -> None:
        self._await_ready()
        self._life.check()

    def _await_ready(self) -> None:
        deadline = time.monotonic() + READY_S
        for shard in self.processes:
            while not shard.ready.wait(LOOK_S) and not self._life.is_ending:
                if time.monotonic() > deadline:
                    self._life.end_because(f"{shard.name} was not ready within {READY_S:g} s")

    def _stop(self) -> None:
        deadline = time.monotonic() + STOP_S
        self._life.end()  # whoever waits for space on the disk waits no longer
        for shard in self.processes:
            shard.drain()
        for shard in self.processes:
            shard.stop(deadline)

    def collect(self) -> Iterator[Metric]:
        """What all shards have counted, each by itself."""
        for shard in self.processes:
            with suppress(PipeClosedError):
                shard.counted.ask()
        deadline, silent = time.monotonic() + COUNT_S, 0
        for shard in self.processes:
            silent += not shard.counted.wait(deadline - time.monotonic())
            yield from (family.metric() for family in shard.counted.families)
        yield GaugeMetricFamily("xueliang_shards", "Processes that watch", len(self.processes))
        yield GaugeMetricFamily(
            "xueliang_shards_silent", "Shards that did not tell their counters in time", silent
        )
