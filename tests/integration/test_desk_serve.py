"""Start and stop of a served desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from alerts.desk.errors import ServeError
from alerts.desk.serve import DeskServer
from alerts.desk.views import QueueFilter
from tests.desk_bus import FakeBus
from tests.desk_factories import add_officer, desk_site
from tests.desk_live import LiveDesk, live_desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDesk]:
    with live_desk(tmp_path_factory.mktemp("desk")) as live:
        yield live


@pytest.fixture
def officer(desk: LiveDesk) -> Iterator[httpx.Client]:
    with desk.client("li.na") as client:
        yield client


@pytest.fixture
def stranger(desk: LiveDesk) -> Iterator[httpx.Client]:
    with desk.client() as client:
        yield client


def test_a_taken_port_is_said_in_one_line(desk: LiveDesk, tmp_path: Path) -> None:
    bind = desk.server.url.removeprefix("http://")
    with pytest.raises(ServeError, match=f"cannot listen on {bind}") as caught:
        DeskServer(desk_site(tmp_path, bind=bind), make_link=lambda _: FakeBus())
    assert "\n" not in str(caught.value)


def test_what_was_committed_before_a_stop_is_there_after_a_start(tmp_path: Path) -> None:
    site = desk_site(tmp_path)
    first = LiveDesk(site)
    officer = add_officer(first.service.officers, "li.na")
    code = first.open_case()
    first.server.stop()
    first.server.stop()
    assert not first.bus.is_running
    second = LiveDesk(site)
    rows = second.service.queue(officer, QueueFilter()).rows
    second.server.stop()
    assert [row.code for row in rows] == [code]
