"""What an address asks of the queue, and what is sent to an open page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from alerts.alert import Severity
from alerts.area import AreaLevel
from alerts.case import CaseStatus
from alerts.desk.equipment_views import AreaRow
from alerts.desk.pages.queue_asked import Asked
from alerts.desk.pages.queue_choices import MOST_CAMERAS, Known, choices
from alerts.desk.pages.queue_patch import Sent
from alerts.desk.pages.queue_props import allowed_props, row_props
from alerts.desk.pages.words import Words
from alerts.desk.views import Role
from tests.desk_rows import NOW, OFFICER, case_row

ZH = Words("zh")
ADDRESS = {
    "status": "closed",
    "severity": "high,critical",
    "area": "620725101",
    "camera": "plaza-east",
    "rule": "lawn-presence",
    "category": "security",
    "since": "2026-11-20",
    "until": "2026-11-21",
    "overdue": "1",
    "mine": "me",
    "q": "集市",
}


def test_an_address_leads_back_to_itself() -> None:
    asked = Asked.of_address(ADDRESS)
    query = dict(parse_qsl(urlsplit(asked.address(asked.tab)).query))
    assert query == ADDRESS
    assert Asked.of_address(query) == asked


def test_an_address_becomes_a_filter_in_the_zone_of_the_site() -> None:
    wanted = Asked.of_address(ADDRESS).wanted(OFFICER, NOW, "Asia/Shanghai")
    assert wanted.statuses == {CaseStatus.CLOSED, CaseStatus.FOLLOWED_UP}
    assert wanted.severities == {Severity.HIGH, Severity.CRITICAL}
    assert (wanted.officer_id, wanted.text, wanted.is_overdue) == (OFFICER.id, "集市", True)
    assert wanted.since is not None
    assert wanted.until is not None
    assert wanted.since.isoformat() == "2026-11-19T16:00:00+00:00"
    assert wanted.until - wanted.since == timedelta(days=2)


@pytest.mark.parametrize(
    "address",
    [{"severity": "loud"}, {"period": "9h"}, {"since": "0001-01-01"}, {"mine": "all"}, {"x": "y"}],
)
def test_what_an_address_says_wrongly_is_not_asked_for(address: dict[str, str]) -> None:
    assert not Asked.of_address(address).is_filtered


def test_a_page_left_open_goes_on_with_the_same_search() -> None:
    asked = Asked.of_address({"period": "1h", "q": "集市"})
    now = NOW.replace(minute=1)
    later = now + timedelta(minutes=8)
    first, second = (asked.wanted(OFFICER, at, "Asia/Shanghai") for at in (now, later))
    assert first == second


def test_only_rows_that_changed_are_sent() -> None:
    sent, one, other = Sent(), row_props(case_row("A-1"), ZH), row_props(case_row("A-2"), ZH)
    assert sent.patch([one, other], {"more": False}) is not None
    assert sent.patch([one, other], {"more": False}) is None
    changed = row_props(case_row("A-2", version=2), ZH)
    assert sent.patch([one, changed], {"more": False}) == {
        "rows": [changed],
        "after": 1,
        "number": 2,
    }
    patch = sent.patch([changed], {"more": True})
    assert patch == {"more": True, "order": ["A-2"], "after": 2, "number": 3}


def test_a_page_that_missed_a_patch_gets_everything_again() -> None:
    sent, row = Sent(), row_props(case_row(), ZH)
    first = sent.patch([row], {"more": False})
    sent.forget()
    assert sent.patch([row], {"more": False}) == first


def test_an_empty_list_is_said_to_a_page_that_knows_nothing() -> None:
    sent = Sent()
    sent.forget()
    patch = sent.patch([], {})
    assert patch is not None
    assert patch["order"] == []


@pytest.mark.parametrize(
    ("role", "status", "can"),
    [
        (Role.TOWN_OFFICER, "pending", ["accept", "false-alarm", "dispatch"]),
        (Role.TOWN_OFFICER, "accepted", ["false-alarm", "dispatch", "close"]),
        (Role.TOWN_OFFICER, "closed", []),
        (Role.AUDITOR, "pending", []),
    ],
)
def test_the_queue_offers_what_the_table_of_actions_allows(
    role: Role, status: str, can: list[str]
) -> None:
    assert allowed_props(replace(OFFICER, role=role))[status] == can


def test_a_row_tells_limit_supervision_and_who_has_it() -> None:
    row = row_props(
        case_row(
            status=CaseStatus.DISPATCHED,
            due_at=NOW,
            escalation_level=1,
            escalated_to_name="山丹县",
            department="公安",
            handler="王芳",
        ),
        ZH,
    )
    assert (row["due_at"], row["who"]) == (NOW.isoformat(), "公安，王芳")
    assert row["supervised"] == "督办 1 级·山丹县"


def test_areas_are_a_tree_and_a_long_list_of_cameras_is_cut() -> None:
    areas = [
        AreaRow(area_id="1", name="县", level=AreaLevel.COUNTY, parent=None),
        AreaRow(area_id="2", name="镇", level=AreaLevel.TOWN, parent="1"),
    ]
    found = choices(Asked(area="9", category="fire"), OFFICER, Known(areas, (), ("b",)), ZH)
    assert [each["name"] for each in found["area"]] == ["县", "\u3000镇", "9"]  # type: ignore[attr-defined]  # a list of choices
    assert [each["name"] for each in found["category"]] == ["b", "消防"]  # type: ignore[attr-defined]  # a list of choices
    assert found["cameras_cut"] is False
    assert MOST_CAMERAS <= 500
