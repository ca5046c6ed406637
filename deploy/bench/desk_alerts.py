"""The alerts a desk has opened cases for, read from its own SQLite file.

Over HTTP it would be one question for each case, which the desk would have to answer on the
cores that are being measured.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from deploy.bench.alert_match import LiveAlert

# `journal.at` of kind "opened" is read from the desk's clock at the head of the transaction that
# opens the case; the commit itself, milliseconds later, has no time of its own.
OPENED = """
    SELECT a.camera_id, a.rule_id, a.zone_id, a.raised_at, j.at
    FROM alerts a JOIN journal j ON j.case_id = a.case_id AND j.kind = 'opened'
    ORDER BY j.at
"""


def desk_alerts(database: Path) -> list[LiveAlert]:
    """Every alert in the desk's database, in the order in which cases were opened.

    Raises:
        sqlite3.Error: It is no desk's database.
    """
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return [
            LiveAlert(
                place=(camera, rule, zone), raised_s=_unix(raised_at), opened_s=_unix(opened_at)
            )
            for camera, rule, zone, raised_at, opened_at in connection.execute(OPENED)
        ]


def _unix(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
