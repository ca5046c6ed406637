from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from alerts.desk.pages.register_props import filter_of, filter_props, list_props
from alerts.desk.pages.words import Words
from alerts.desk.register import COMMAND_LINE
from alerts.desk.register_chain import START, Head
from alerts.desk.register_views import RegisterAction, RegisterFilter, RegisterPage, RegisterRow

ZH = Words("zh")
ZONE = "Asia/Shanghai"
ROW = RegisterRow(
    number=7,
    at=datetime(2026, 11, 22, 3, 0, tzinfo=UTC),
    actor="li.na",
    actor_name="李娜",
    role="town-officer",
    client="10.0.0.1",
    action="watched-clip",
    case_code="620725101-20261122-0001",
    camera_id="yard-1",
    camera_name="霍城大院",
    subject="",
    area_id="620725101",
    area_name="清泉镇",
    owner="household",
    reason="群众来访，核对情况",
    previous=START,
    hash=START,
)


def shown(row: RegisterRow, **given: str) -> dict[str, object]:
    page = RegisterPage(rows=(row,), next_cursor="7", head=Head(count=7, hash=START))
    return list_props(page, given, ZH, is_newest=True)


def only(props: dict[str, object]) -> dict[str, object]:
    rows = props["rows"]
    assert isinstance(rows, list)
    (row,) = rows
    assert isinstance(row, dict)
    return row


def test_days_are_the_sites_and_the_last_one_is_included() -> None:
    wanted = filter_of({"from": "2026-11-22", "to": "2026-11-22"}, ZONE)
    assert wanted.since == datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
    assert wanted.until == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)


def test_empty_fields_filter_nothing() -> None:
    given = {"actor": " ", "action": "", "camera": "", "case": "", "from": "", "to": "", "x": "y"}
    assert filter_of(given, ZONE) == RegisterFilter()


def test_each_field_filters() -> None:
    given = {"actor": " li.na ", "action": "searched", "camera": "yard-1", "case": "c-1"}
    assert filter_of(given, ZONE) == RegisterFilter(
        actor="li.na", action=RegisterAction.SEARCHED, camera_id="yard-1", case_code="c-1"
    )


@pytest.mark.parametrize(
    "given",
    [
        {"action": "danced"},
        {"from": "yesterday"},
        {"to": "0001-01-01"},
        {"from": "9999-12-31"},
        {"actor": "x" * 65},
    ],
)
def test_what_cannot_be_filtered_by_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        filter_of(given, ZONE)


def test_the_form_shows_what_was_asked() -> None:
    fields = filter_props({"actor": "li.na", "action": "searched"}, ZH)["fields"]
    assert isinstance(fields, list)
    values = {field["name"]: field["value"] for field in fields}
    assert (values["actor"], values["action"], values["from"]) == ("li.na", "searched", "")


def test_an_entry_is_told_in_the_officers_words() -> None:
    row = only(shown(ROW))
    assert (row["actor"], row["login"]) == ("李娜", "li.na · 镇级值班员")
    assert (row["action"], row["camera"]) == ("查看录像", "霍城大院（住户）")
    assert row["at"] == "2026-11-22T03:00:00+00:00"


def test_what_was_done_on_the_machine_names_no_officer() -> None:
    here = replace(ROW, actor=COMMAND_LINE, actor_name=COMMAND_LINE, role="", camera_id="")
    row = only(shown(here))
    assert (row["actor"], row["login"]) == ("本机命令行", "")


def test_the_way_to_older_entries_keeps_the_filter() -> None:
    props = shown(ROW, actor="li.na", cursor="9", other="x")
    assert props["older"] == "/register?actor=li.na&cursor=7"
    assert props["newest"] == ""
    assert props["head"] == f"7:{START}"
