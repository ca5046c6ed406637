"""Who may read the desk's counters, and that they count."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from alerts.desk.app import app_of
from alerts.desk.desk import Desk
from tests.desk_bus import FakeBus
from tests.desk_factories import alert_message, desk_site
from tests.desk_live import LiveDesk, live_desk
from tests.leaks import planted

TOKEN = planted("a-metrics-token-of-the-tests")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDesk]:
    folder = tmp_path_factory.mktemp("desk")
    with live_desk(folder) as live:
        yield live


def counters(live: LiveDesk) -> dict[str, float]:
    answer = httpx.get(f"{live.server.url}/metrics").raise_for_status()
    rows = [line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in rows}


def test_what_happens_is_counted(live: LiveDesk) -> None:
    before = counters(live)
    live.server.desk.consumer.limits.deferred["node-1"] += 2
    live.server.desk.keepers.retention.counters.deleted_bytes += 700
    live.server.desk.keepers.attachment_retention.counters.deleted += 3
    live.server.desk.keepers.overdue.counters.escalated += 5
    live.open_case(camera="gate-1")
    after = counters(live)
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown['xueliang_desk_messages_total{result="stored"}'] == 1
    assert grown['xueliang_desk_deferred_total{node="node-1"}'] == 2
    assert grown["xueliang_desk_evidence_deleted_bytes_total"] == 700
    assert after["xueliang_desk_evidence_deleted_total"] == 0
    assert grown["xueliang_desk_attachments_deleted_total"] == 3
    assert grown['xueliang_desk_limits_over_total{result="escalated"}'] == 5
    assert after['xueliang_desk_limits_over_total{result="supervised"}'] == 0
    assert after['xueliang_desk_limits_over_total{result="expired"}'] == 0
    assert after["xueliang_desk_evidence_unreferenced_total"] == 0
    assert grown["xueliang_desk_batches_total"] == 1
    assert grown["xueliang_desk_receipts_total"] >= 1
    assert after["xueliang_desk_consumer_lag_seconds"] < 1
    assert after["xueliang_desk_database_up"] == 1
    assert 0 < after["xueliang_desk_database_seconds"] < 1


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_a_proxy_on_the_same_machine_opens_nothing(live: LiveDesk, header: str) -> None:
    answer = httpx.get(f"{live.server.url}/metrics", headers={header: "127.0.0.1"})
    assert answer.status_code == 401


def test_the_node_token_does_not_open_metrics(live: LiveDesk) -> None:
    headers = {"Authorization": "Bearer a-node-token-of-the-tests"}
    assert httpx.get(f"{live.server.url}/metrics", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("address", "given", "status"),
    [
        ("127.0.0.1", None, 200),
        ("::1", None, 200),
        ("::ffff:127.0.0.1", None, 200),
        ("192.0.2.7", None, 401),
        ("192.0.2.7", TOKEN, 200),
        ("192.0.2.7", "a guess", 401),
        ("127.0.0.1", "a guess", 401),
        ("a-socket", None, 401),
    ],
)
def test_metrics_are_for_the_same_machine_or_with_the_token(
    tmp_path: Path, address: str, given: str | None, status: int
) -> None:
    (tmp_path / "metrics").write_text(TOKEN + "\n")
    site = desk_site(tmp_path, metrics_token_file=str(tmp_path / "metrics"))
    desk = Desk(site, make_link=lambda _: FakeBus())
    transport = httpx.ASGITransport(app_of(desk), client=(address, 4711))

    async def ask() -> int:
        headers = {} if given is None else {"Authorization": f"Bearer {given}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            return (await client.get("/metrics", headers=headers)).status_code

    assert asyncio.run(ask()) == status


def test_counts_are_not_made_at_every_question(live: LiveDesk) -> None:
    first = counters(live)['xueliang_desk_cases{status="pending"}']
    live.deliver(alert_message(7, alert=7, camera="yard-1"))
    assert counters(live)['xueliang_desk_cases{status="pending"}'] == first
