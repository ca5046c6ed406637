"""What Prometheus reads of outbox, spool and disk."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from alerts.disk_room import DiskRoom
from alerts.outbox_opening import open_outbox
from deploy.durability_metrics import durability_metrics
from tests.unit.alerts.builders import alert, compose


def test_the_backlog_and_the_disk_are_measured(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").write_bytes(b"")  # damaged
    with open_outbox(tmp_path / "outbox.db", max_bytes=50_000) as outbox:
        outbox.commit([alert(), alert()], compose)
        node = SimpleNamespace(
            outbox=outbox,
            room=DiskRoom(tmp_path, reserve=10**18),
            keeper=SimpleNamespace(corrupt=3),
        )
        found = {
            sample.name: sample.value
            for family in durability_metrics(node)  # type: ignore[arg-type]  # as far as it is read
            for sample in family.samples
        }
    assert found["xueliang_outbox_backlog"] == 2
    assert found["xueliang_outbox_bytes"] == outbox_bytes(tmp_path)
    assert found["xueliang_outbox_limit_bytes"] == 50_000
    assert 0 <= found["xueliang_outbox_oldest_seconds"] < 60
    assert (found["xueliang_outbox_set_aside"], found["xueliang_disk_full"]) == (1, 1)
    assert (found["xueliang_outbox_dropped_total"], found["xueliang_spool_set_aside_total"]) == (
        0,
        3,
    )


def outbox_bytes(folder: Path) -> int:
    with open_outbox(folder / "outbox.db") as outbox:
        return sum(len(item.payload) for item in outbox.due(0.0, 10))
