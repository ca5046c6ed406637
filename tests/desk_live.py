"""A desk that is really served, on a bus in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from alerts.desk.config import DeskSite
from alerts.desk.serve import DeskServer
from alerts.desk.views import Role
from alerts.schema import AlertMessage
from tests.desk_bus import FakeBus
from tests.desk_factories import (
    COUNTY,
    OTHER_TOWN,
    PASSWORD,
    add_officer,
    alert_message,
    desk_site,
)
from tests.leaks import planted, watch_answer

NODE_TOKEN = planted("a-node-token-of-the-tests")


class LiveDesk:
    """A served desk on a bus in memory."""

    def __init__(self, site: DeskSite) -> None:
        self.site = site
        self.bus = FakeBus()
        self.server = DeskServer(site, make_link=lambda _: self.bus)
        self.service = self.server.desk.service
        self.server.start()
        self._sequences: dict[str, int] = {}

    @contextmanager
    def client(self, name: str | None = None) -> Iterator[httpx.Client]:
        """A browser-like client, signed in where a name is given."""
        hooks = {"response": [watch_answer]}
        url = self.server.url
        with httpx.Client(base_url=url, trust_env=False, timeout=60, event_hooks=hooks) as client:
            if name is not None:
                answer = client.post("/api/session", json={"name": name, "password": PASSWORD})
                assert answer.status_code == 201
            yield client

    def open_case(self, **fields: object) -> str:
        """Deliver a new alert; the code of its case."""
        camera = str(fields.get("camera", "plaza-east"))
        number = self._sequences[camera] = self._sequences.get(camera, 0) + 1
        return self.deliver(alert_message(number, alert=number, **fields))

    def deliver(self, message: AlertMessage) -> str:
        codes: list[str] = []
        stop = self.service.changes.subscribe(lambda change: codes.append(change.id))
        self.bus.alert(message)
        deadline = time.monotonic() + 10
        while not codes:
            assert time.monotonic() < deadline, "no case was opened"
            time.sleep(0.01)
        stop()
        return codes[0]


@contextmanager
def live_desk(folder: Path, *, database: str | None = None) -> Iterator[LiveDesk]:
    """Officers: li.na of the town, boss of the county, other of the other town."""
    (folder / "token").write_text(NODE_TOKEN + "\n")
    site = desk_site(folder, database=database, node_token_file=str(folder / "token"))
    live = LiveDesk(site)
    add_officer(live.service.officers, "li.na")
    add_officer(live.service.officers, "boss", role=Role.COUNTY_SUPERVISOR, area_id=COUNTY)
    add_officer(live.service.officers, "other", area_id=OTHER_TOWN)
    try:
        yield live
    finally:
        live.server.stop()
