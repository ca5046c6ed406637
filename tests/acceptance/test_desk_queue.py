"""Through the night at the queue, by keyboard, in a real browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from alerts.case import CaseStatus, Verdict
from alerts.desk.views import CaseView
from tests.acceptance.duty_desk import DutyDesk, another_desk
from tests.acceptance.sightings import LAWN, ROAD, WORKSITE, YARD_GATE
from tests.acceptance.test_desk_case import lina_accepts
from tests.chromium import SCREEN, Watch

pytestmark = pytest.mark.browser

MINUTE = timedelta(minutes=1)


def stored(desk: DutyDesk, code: str) -> CaseView:
    """The case as the desk has it."""
    service = desk.desk.service
    return service.case(service.officers.list()[0], code)


def row(code: str) -> str:
    """Where the case stands in the list."""
    return f".case[data-code='{code}']"


def test_three_cases_are_dealt_with_by_keyboard(
    on_duty: Page, watch: Watch, duty_desk: DutyDesk
) -> None:
    third = duty_desk.raise_alert(LAWN, ago=9 * MINUTE)[0]
    second = duty_desk.raise_alert(WORKSITE, ago=6 * MINUTE)[0]
    first = duty_desk.raise_alert(YARD_GATE, ago=3 * MINUTE)[0]
    expect(on_duty.locator(".case")).to_have_count(3)
    assert on_duty.evaluate("document.documentElement.scrollWidth") <= SCREEN["width"]

    on_duty.keyboard.press("j")
    expect(on_duty.locator(row(first))).to_be_focused()
    on_duty.keyboard.press("a")
    expect(on_duty.locator(".queue > .notice")).to_contain_text("已受理。")
    expect(on_duty.locator(row(second))).to_be_focused()

    on_duty.keyboard.press("f")
    expect(on_duty.get_by_role("button", name="确定")).to_be_disabled()
    on_duty.get_by_label("树影").check()
    on_duty.keyboard.press("Enter")
    expect(on_duty.locator(".queue > .notice")).to_contain_text("已按误报办结。")
    expect(on_duty.locator(row(third))).to_be_focused()

    on_duty.keyboard.press("d")
    on_duty.get_by_label("部门").select_option(index=1)
    on_duty.get_by_label("办理时限").select_option("2 小时")
    on_duty.get_by_role("button", name="确定").click()
    expect(on_duty.locator(".queue > .notice")).to_contain_text("已交办。")
    expect(on_duty.get_by_text("目前没有待受理案件")).to_be_visible()

    on_duty.locator(".tab", has_text="已受理").click()
    expect(on_duty.locator(".case")).to_have_count(2)
    expect(on_duty.locator(row(third))).to_contain_text(re.compile("剩 1 时 5\\d 分"))
    on_duty.locator(row(first)).focus()
    on_duty.keyboard.press("c")
    on_duty.get_by_label("属实").check()
    on_duty.get_by_role("button", name="确定").click()
    expect(on_duty.locator(".queue > .notice")).to_contain_text("已办结。")

    accepted, false, handed = (stored(duty_desk, code) for code in (first, second, third))
    assert (accepted.row.status, accepted.row.verdict) == (CaseStatus.CLOSED, Verdict.TRUE)
    assert (false.row.status, false.row.verdict) == (CaseStatus.CLOSED, Verdict.FALSE)
    assert "树影" in false.verdict_reason
    assert handed.row.status is CaseStatus.DISPATCHED
    assert handed.row.department
    assert (watch.errors, watch.outside) == ([], [])


def test_filters_stand_in_the_address_and_survive_a_reload(
    on_duty: Page, watch: Watch, duty_desk: DutyDesk
) -> None:
    duty_desk.raise_alert(LAWN, ago=9 * MINUTE)
    wanted = duty_desk.raise_alert(WORKSITE, ago=6 * MINUTE)[0]
    expect(on_duty.locator(".case")).to_have_count(2)
    on_duty.get_by_label("摄像机", exact=True).select_option("集市路口")
    expect(on_duty.locator(".case")).to_have_count(1)
    assert "camera=market-crossing" in on_duty.url
    on_duty.reload()
    expect(on_duty.locator(row(wanted))).to_be_visible()
    expect(on_duty.locator(".case")).to_have_count(1)
    on_duty.get_by_role("button", name="逾期").click()
    expect(on_duty.get_by_text("没有符合条件的案件")).to_be_visible()
    on_duty.go_back()
    expect(on_duty.locator(".case")).to_have_count(1)
    on_duty.get_by_role("button", name="清除筛选").click()
    expect(on_duty.locator(".case")).to_have_count(2)
    assert on_duty.url == f"{duty_desk.url}/"
    assert watch.errors == []


def test_what_i_accepted_is_mine_until_i_close_it(
    on_duty: Page, watch: Watch, duty_desk: DutyDesk
) -> None:
    mine = duty_desk.raise_alert(LAWN, ago=9 * MINUTE)[0]
    other = duty_desk.raise_alert(WORKSITE, ago=6 * MINUTE)[0]
    on_duty.locator(row(mine)).focus()
    on_duty.keyboard.press("a")
    expect(on_duty.locator(".queue > .notice")).to_contain_text("已受理。")
    lina_accepts(duty_desk.desk.service, other)
    on_duty.locator(".tab", has_text="全部").click()
    expect(on_duty.locator(".case")).to_have_count(2)
    on_duty.get_by_label("归属", exact=True).select_option("我的")
    expect(on_duty.locator(".case")).to_have_count(1)
    expect(on_duty.locator(row(mine))).to_be_visible()
    assert "mine=me" in on_duty.url
    on_duty.locator(row(mine)).focus()
    on_duty.keyboard.press("c")
    on_duty.get_by_label("属实").check()
    on_duty.get_by_role("button", name="确定").click()
    expect(on_duty.get_by_text("没有符合条件的案件")).to_be_visible()
    assert stored(duty_desk, mine).row.status is CaseStatus.CLOSED
    assert watch.errors == []


def test_two_characters_are_found_and_search_is_a_key_away(
    on_duty: Page, watch: Watch, duty_desk: DutyDesk
) -> None:
    duty_desk.raise_alert(ROAD, ago=9 * MINUTE)
    wanted = duty_desk.raise_alert(WORKSITE, ago=6 * MINUTE)[0]
    expect(on_duty.locator(".case")).to_have_count(2)
    on_duty.keyboard.press("/")
    expect(on_duty.get_by_label("搜索", exact=True)).to_be_focused()
    on_duty.keyboard.type("集市")
    on_duty.keyboard.press("Enter")
    expect(on_duty.locator(".case")).to_have_count(1)
    expect(on_duty.locator(row(wanted))).to_be_visible()
    on_duty.get_by_label("搜索", exact=True).fill(wanted[:-1])
    on_duty.keyboard.press("Enter")
    expect(on_duty.locator(row(wanted))).to_be_visible()
    assert watch.errors == []


def test_of_two_officers_who_take_a_case_the_second_is_told_who_has_it(
    on_duty: Page, watch: Watch, duty_desk: DutyDesk
) -> None:
    code = duty_desk.raise_alert(LAWN, ago=MINUTE)[0]
    on_duty.locator(row(code)).focus()
    lina_accepts(another_desk(duty_desk), code)
    on_duty.keyboard.press("a")
    expect(on_duty.locator(".queue > .notice")).to_contain_text("李娜")
    expect(on_duty.get_by_text("目前没有待受理案件")).to_be_visible()
    assert stored(duty_desk, code).row.assignee == "李娜"
    assert watch.errors == []


def test_a_new_case_rings_until_somebody_accepts_it(
    on_duty: Page, watch: Watch, duty_desk: DutyDesk
) -> None:
    queue = on_duty.locator(".queue")
    expect(queue).to_have_attribute("data-ringing", "0")
    on_duty.get_by_role("button", name="点击开启提示音").click()
    expect(on_duty.get_by_role("button", name="提示音：开")).to_be_visible()
    code = duty_desk.raise_alert(WORKSITE, ago=timedelta(seconds=2))[0]
    expect(on_duty.locator(row(code))).to_be_visible()
    expect(queue).to_have_attribute("data-ringing", "1")
    expect(queue).to_have_attribute("data-rings", "1")
    expect(on_duty).to_have_title(re.compile("1 件新案"))
    on_duty.reload()
    expect(queue).to_have_attribute("data-ringing", "1")
    on_duty.keyboard.press("m")
    expect(on_duty.get_by_role("button", name="提示音：关")).to_be_visible()
    on_duty.locator(row(code)).focus()
    on_duty.keyboard.press("a")
    expect(queue).to_have_attribute("data-ringing", "0")
    expect(on_duty).to_have_title("雪亮 · 值班台")
    assert watch.errors == []


def test_a_lost_bus_is_said_with_the_time_until_it_is_back(
    on_duty: Page, duty_desk: DutyDesk
) -> None:
    connection, duty_desk.link.connection = duty_desk.link.connection, None
    banner = on_duty.locator("[data-trouble=bus]")
    expect(banner).to_contain_text(re.compile(r"与消息总线断开.*自 \d\d:\d\d:\d\d 起"))
    duty_desk.link.connection = connection
    expect(banner).to_have_count(0)


def test_help_tells_the_keys(on_duty: Page, watch: Watch) -> None:
    on_duty.keyboard.press("?")
    expect(on_duty.get_by_role("dialog", name="键盘操作")).to_be_visible()
    on_duty.keyboard.press("Escape")
    expect(on_duty.get_by_role("dialog")).to_have_count(0)
    assert watch.errors == []
