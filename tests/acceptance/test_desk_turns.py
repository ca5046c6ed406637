"""The turns that a case may take on its way, as officers take them, in a real browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from alerts.case import CaseStatus, Verdict
from alerts.desk.views import Action, LinkKind, Role
from tests.acceptance.case_page import deeds, open_case_page, press, stored
from tests.acceptance.conftest import Seats
from tests.acceptance.duty_desk import NAME, TOWN, DutyDesk
from tests.acceptance.sightings import LAWN, WORKSITE
from tests.acceptance.test_desk_case_loop import WATER, confirm, officer
from tests.acceptance.test_desk_queue import row
from tests.chromium import Watch

pytestmark = pytest.mark.browser

MINUTE = timedelta(minutes=1)


def dispatch(page: Page, note: str) -> None:
    press(page, "分流交办…")
    page.get_by_label("交给").select_option(f"d:{WATER}")
    page.get_by_label("处置说明").fill(note)
    confirm(page, "已交办。")


def report(page: Page, words: str) -> None:
    press(page, "反馈…")
    page.get_by_label("反馈内容").fill(words)
    confirm(page, "已反馈。")


def test_a_case_that_was_done_badly_is_sent_back_with_its_reason_and_done_again(
    duty_desk: DutyDesk, desk_of: Seats
) -> None:
    code = duty_desk.open_case(LAWN, ago=MINUTE)
    officer(duty_desk, "shuiwu", Role.DEPARTMENT_HANDLER, TOWN, WATER)
    desk, desk_watch = desk_of(NAME)
    handler, handler_watch = desk_of("shuiwu")
    open_case_page(desk, duty_desk, code)
    dispatch(desk, "请到现场查看")
    open_case_page(handler, duty_desk, code)
    report(handler, "已处理")

    expect(desk.locator(".headline .status")).to_have_text("已反馈")
    press(desk, "退回重办…")
    expect(desk.get_by_role("button", name="确定")).to_be_disabled()
    desk.get_by_label("理由").fill("没有现场照片，请重新核实")
    desk.get_by_label("30 分钟").check()
    confirm(desk, "已退回重办。")
    due = stored(duty_desk, code).row.due_at
    assert due is not None
    expect(desk.locator(".headline .status")).to_have_text("已交办")

    expect(handler.locator(".headline .status")).to_have_text("已交办")  # without a click
    last = handler.locator(".journal li").first
    expect(last).to_contain_text("退回重办")
    expect(last).to_contain_text("没有现场照片，请重新核实")
    press(handler, "开始处置")
    expect(handler.get_by_role("alert")).to_contain_text("已开始处置。")
    report(handler, "已重新核实，照片已补")
    expect(desk.locator(".headline .status")).to_have_text("已反馈")

    view = stored(duty_desk, code)
    assert (view.row.status, view.row.department) == (CaseStatus.REPORTED, WATER)
    assert deeds(view)[-4:] == ["report", "send-back", "start", "report"]
    sent_back = next(each for each in view.journal if each.action == Action.SEND_BACK)
    assert sent_back.note == "没有现场照片，请重新核实"
    assert timedelta(minutes=29) < due - sent_back.at <= timedelta(minutes=30)
    for watch in (desk_watch, handler_watch):
        assert (watch.errors, watch.outside) == ([], [])


def test_a_case_given_back_to_the_queue_is_dispatched_from_there(
    on_duty: Page, watch: Watch, duty_desk: DutyDesk
) -> None:
    code = duty_desk.open_case(LAWN, ago=MINUTE)
    open_case_page(on_duty, duty_desk, code)
    press(on_duty, "受理")
    expect(on_duty.get_by_role("alert")).to_contain_text("已受理。")
    press(on_duty, "退回待受理…")
    on_duty.get_by_label("理由").fill("交接班，由下一班处理")
    confirm(on_duty, "已退回待受理。")
    assert stored(duty_desk, code).row.assignee is None
    on_duty.goto(duty_desk.url)
    expect(on_duty.locator(row(code))).to_be_visible()
    open_case_page(on_duty, duty_desk, code)
    expect(on_duty.locator(".journal li").first).to_contain_text("交接班，由下一班处理")
    officer(duty_desk, "shuiwu", Role.DEPARTMENT_HANDLER, TOWN, WATER)
    on_duty.reload()
    dispatch(on_duty, "接班后交办")

    view = stored(duty_desk, code)
    assert (view.row.status, view.row.department) == (CaseStatus.DISPATCHED, WATER)
    assert deeds(view)[:2] == ["accept", "release"]
    assert deeds(view)[-1] == "dispatch"
    assert (watch.errors, watch.outside) == ([], [])


def test_a_case_is_merged_into_another_and_split_off_again(
    on_duty: Page, watch: Watch, duty_desk: DutyDesk
) -> None:
    main = duty_desk.open_case(WORKSITE, ago=3 * MINUTE)
    duplicate = duty_desk.open_case(LAWN, ago=MINUTE)
    open_case_page(on_duty, duty_desk, duplicate)
    press(on_duty, "合并…")
    on_duty.get_by_label("案件编号").fill(main)
    on_duty.get_by_label("处置说明").fill("同一伙人")
    confirm(on_duty, "已合并。")
    expect(on_duty.locator(".standing").last).to_have_text(f"已并入 {main}")
    merged = stored(duty_desk, duplicate)
    assert (merged.row.status, merged.merged_into) == (CaseStatus.CLOSED, main)
    assert merged.row.verdict is Verdict.DUPLICATE

    open_case_page(on_duty, duty_desk, main)
    expect(on_duty.locator(".journal li").first).to_contain_text("并入案件")
    expect(on_duty.locator(".related-links")).to_contain_text(duplicate)
    press(on_duty, "拆分…")
    expect(on_duty.locator(".chosen-alerts input")).to_have_count(2)
    on_duty.get_by_label(re.compile(re.escape(f"（来自 {duplicate}）"))).check()
    on_duty.get_by_label("理由").fill("是两件事")
    confirm(on_duty, "已拆分。")
    expect(on_duty.locator(".journal li").first).to_contain_text("是两件事")

    open_case_page(on_duty, duty_desk, duplicate)
    expect(on_duty.locator(".headline .status")).to_have_text("已受理")
    expect(on_duty.get_by_role("button", name="办结…")).to_be_enabled()
    split, kept = stored(duty_desk, duplicate), stored(duty_desk, main)
    assert (split.row.status, split.merged_into) == (CaseStatus.ACCEPTED, None)
    assert [each.code for each in split.links if each.kind is LinkKind.SPLIT_FROM] == [main]
    assert (split.row.alert_count, kept.row.alert_count, kept.merged) == (1, 1, ())
    assert (watch.errors, watch.outside) == ([], [])
