from __future__ import annotations

from pathlib import Path

import pytest

from alerts.config import DeskConfig
from deploy.desk_warnings import FROM_MOST_SEVERE, desk_warnings
from deploy.site_file import load_site
from deploy.site_warnings import warnings
from tests.unit.deploy.site_text import GOOD, write

SHORT, LONG = ({"accept_min": n, "act_min": n, "handle_min": n} for n in (1, 10_000))


@pytest.mark.parametrize(
    ("desk", "paths"),
    [
        ({}, []),
        ({"session_hours": 1, "session_idle_minutes": 60}, []),
        ({"session_hours": 1, "session_idle_minutes": 61}, ["desk.session_idle_minutes"]),
        ({"limits": dict.fromkeys(FROM_MOST_SEVERE, SHORT)}, []),
        (
            {"limits": {"high": LONG}},
            [f"desk.limits.high.{step}" for step in ("accept_min", "act_min", "handle_min")],
        ),
        (
            {"limits": {"low": {"accept_min": 30, "act_min": 59, "handle_min": 1440}}},
            ["desk.limits.medium.act_min"],
        ),
        ({"webhooks": {"hosts": ["gov.example", "10.0.0.9", "fd00::9"]}}, []),
        ({"webhooks": {"hosts": ["a", "gov.example:8443"]}}, ["desk.webhooks.hosts[1]"]),
    ],
)
def test_what_is_hardly_meant_is_said_with_its_key(
    desk: dict[str, object], paths: list[str]
) -> None:
    said = [*desk_warnings(DeskConfig.model_validate(desk))]
    assert [warning.partition(": ")[0] for warning in said] == paths


def test_check_says_them(tmp_path: Path) -> None:
    site = load_site(write(tmp_path, GOOD + "desk: {session_hours: 1, session_idle_minutes: 90}\n"))
    assert [each.partition(":")[0] for each in warnings(site)] == ["desk.session_idle_minutes"]
