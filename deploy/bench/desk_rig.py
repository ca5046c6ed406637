"""The desk of `bench desk` as a process of its own, with its broker, database and officers."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from argon2 import PasswordHasher

from alerts.desk.account import NewOfficer
from alerts.desk.clock import utc_now
from alerts.desk.cookie import SESSION_COOKIE
from alerts.desk.officers import Officers
from alerts.desk.store import Store
from alerts.desk.views import Role
from deploy.bench.bench_broker import RunningBroker
from deploy.bench.desk_world import COUNTY, areas, desk_site
from deploy.bench.live_site import write_site
from deploy.child_process import ChildProcess
from deploy.free_port import LOOPBACK, free_port

START_S = 300.0
"""A desk reads the whole file of its database before it opens it."""
PASSWORD = secrets.token_urlsafe(16)
OFFICERS = {
    "county": (Role.COUNTY_SUPERVISOR, COUNTY),
    "town": (Role.TOWN_OFFICER, f"{COUNTY}101"),
    "village": (Role.VILLAGE_OFFICER, f"{COUNTY}101201"),
    "auditor": (Role.AUDITOR, COUNTY),
}
"""Who asks, by log-in name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRig:
    """What a desk needs; it runs only within `running`."""

    site: Path
    log: Path
    url: str
    database: str
    broker: RunningBroker

    @contextmanager
    def running(self) -> Iterator[ChildProcess]:
        """The desk, from when it answers."""
        desk = ChildProcess("deploy.demo.part", ["desk", str(self.site), str(self.log)])
        desk.start(START_S)
        try:
            with httpx.Client(base_url=self.url, trust_env=False, timeout=START_S) as client:
                client.get("/healthz")
            yield desk
        finally:
            desk.stop(60.0)

    @contextmanager
    def client(self, name: str) -> Iterator[httpx.Client]:
        """An officer who is logged in, one connection kept open."""
        with httpx.Client(base_url=self.url, trust_env=False, timeout=30) as client:
            answer = client.post("/api/session", json={"name": name, "password": PASSWORD})
            answer.raise_for_status()
            yield client

    def token(self, name: str) -> str:
        """The cookie of a new session."""
        with self.client(name) as client:
            return str(client.cookies[SESSION_COOKIE])


def desk_rig(database: str, broker: RunningBroker, folder: Path) -> DeskRig:
    """Write the site file and make the officers."""
    port = free_port()
    values = desk_site(data=str(folder), database=database, mqtt_port=broker.port, desk_port=port)
    _make_officers(database)
    return DeskRig(
        site=write_site(values, folder / "site.yaml"),
        log=folder / "desk.log",
        url=f"http://{LOOPBACK}:{port}",
        database=database,
        broker=broker,
    )


def _make_officers(database: str) -> None:
    store = Store(database).open()
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # measured is the desk
    officers = Officers(store, areas(), clock=utc_now, hasher=hasher)
    known = {each.name for each in officers.list()}
    for name, (role, area) in OFFICERS.items():
        if name not in known:
            officers.add(NewOfficer(name=name, password=PASSWORD, role=role, area_id=area))
    store.close()
