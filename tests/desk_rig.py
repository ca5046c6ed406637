"""A desk on a bus in memory, stepped by hand: no thread, no waiting."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from argon2 import PasswordHasher

from alerts.desk.clock import Clock
from alerts.desk.command_thread import CommandThread
from alerts.desk.commands import Commands
from alerts.desk.config import DeskSite
from alerts.desk.consumer import Consumer
from alerts.desk.intake import Intake
from alerts.desk.move_publisher import MovePublisher
from alerts.desk.node_limits import NodeLimits
from alerts.desk.overdue import Overdue
from alerts.desk.recorder import Recorder
from alerts.desk.service import DeskService
from alerts.desk.store import Store
from alerts.schema import AlertMessage
from tests.desk_bus import FakeBus
from tests.desk_factories import RAISED, TOPICS

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""A hasher for tests about anything but passwords."""


class DeskRig:
    """Store, service, consumer and publisher of moves over a `FakeBus`."""

    def __init__(
        self,
        site: DeskSite,
        limits: NodeLimits | None = None,
        *,
        steady: Clock | None = None,
    ) -> None:
        self.site = site
        self.bus = FakeBus()
        self.now = RAISED + timedelta(minutes=1)
        self.store = Store(site.database)
        self.service = DeskService(
            self.store,
            site,
            clock=self.clock,
            steady=steady,
            hasher=QUICK,
            has_bus=lambda: self.bus.connection is not None,
        )
        self.deaths: list[str] = []
        self.recorder = Recorder(
            self.store,
            Intake(TOPICS, self.service.directory),
            self.service.directory,
            clock=self.clock,
        )
        self.consumer = Consumer(
            self.bus,
            self.recorder,
            self.store,
            TOPICS,
            self.service.changes,
            limits=limits or NodeLimits(self.service.directory, math.inf),
            on_death=lambda thread, _: self.deaths.append(thread),
            clock=self.clock,
        )
        self.commands = CommandThread(
            self.bus,
            Commands(self.store, self.service, clock=self.clock),
            self.store,
            TOPICS,
            on_death=lambda thread, _: self.deaths.append(thread),
            clock=self.clock,
        )
        self.overdue = Overdue(
            self.store, self.service.directory, self.service.changes, clock=self.clock
        )
        self.moves = MovePublisher(
            self.bus,
            self.store,
            TOPICS,
            self.service.changes,
            on_death=lambda thread, _: self.deaths.append(thread),
        )

    def clock(self) -> datetime:
        """The desk's time, `now`."""
        return self.now

    def take(self, *messages: AlertMessage) -> None:
        """Deliver alert messages and let the consumer deal with them."""
        for message in messages:
            self.bus.alert(message)
        self.consumer.step()

    def __enter__(self) -> Self:
        self.store.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.consumer.stop()
        self.commands.stop()
        self.moves.stop()
        self.store.close()
