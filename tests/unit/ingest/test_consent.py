from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ingest.consent import is_allowed
from tests.unit.ingest.clips import camera

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def household(until: str = "2026-06-30", hours: str | None = None) -> dict[str, object]:
    return {"owner": "household", "consent": {"until": until, "hours": hours, "purpose": "火情"}}


@pytest.mark.parametrize(
    ("fields", "when", "expected"),
    [
        ({}, "2030-01-01T00:00+08:00", True),
        ({"owner": "household"}, "2026-01-01T00:00+08:00", False),
        (household(), "2026-06-30T23:59+08:00", True),
        (household(), "2026-07-01T00:00+08:00", False),
        (household(), "2026-06-30T16:00+00:00", False),  # midnight in Shanghai
        (household(hours="07:00-22:00"), "2026-06-01T06:59+08:00", False),
        (household(hours="07:00-22:00"), "2026-06-01T07:00+08:00", True),
        (household(hours="07:00-22:00"), "2026-06-01T22:00+08:00", False),
        (household(hours="22:00-06:00"), "2026-06-01T23:00+08:00", True),
        (household(hours="22:00-06:00"), "2026-06-01T05:59+08:00", True),
        (household(hours="22:00-06:00"), "2026-06-01T12:00+08:00", False),
        (household(hours="22:00-06:00"), "2026-07-01T05:00+08:00", True),  # night of 30 June
        (household(hours="22:00-06:00"), "2026-07-01T23:00+08:00", False),
    ],
)
def test_consent_is_read_in_the_sites_time_zone(
    fields: dict[str, object], when: str, expected: bool
) -> None:
    assert is_allowed(camera(**fields), at(when), ZONE) is expected
