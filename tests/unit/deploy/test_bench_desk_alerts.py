"""Alerts and the times of their cases come from the desk's own tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alerts.desk.store import Store
from deploy.bench.alert_match import LiveAlert
from deploy.bench.desk_alerts import OPENED, desk_alerts

ROWS = """
    CREATE TABLE alerts (camera_id, rule_id, zone_id, raised_at, case_id);
    CREATE TABLE journal (case_id, kind, at);
    INSERT INTO alerts VALUES ('camera-0', 'rule', 'zone', '2026-01-01 00:00:00.500000', 1);
    INSERT INTO journal VALUES (1, 'opened', '2026-01-01 00:00:01.000000');
    INSERT INTO journal VALUES (1, 'accepted', '2026-01-01 00:05:00.000000');
"""


def test_an_alert_is_as_late_as_its_case_was_opened(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "desk.db")) as connection:
        connection.executescript(ROWS)
    midnight_s = 1767225600.0
    assert desk_alerts(tmp_path / "desk.db") == [
        LiveAlert(
            place=("camera-0", "rule", "zone"),
            raised_s=midnight_s + 0.5,
            opened_s=midnight_s + 1,
        )
    ]


def test_the_desks_tables_are_what_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    with closing(Store(f"sqlite:///{file}").open()):
        pass
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute(OPENED).fetchall() == []
