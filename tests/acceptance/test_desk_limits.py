"""Limits that run out while an officer looks: of an acceptance, and of a case nobody accepts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from alerts.case import CaseStatus
from alerts.desk.journal import SYSTEM, JournalKind
from alerts.desk.views import Role
from deploy.samples.cameras import AREAS
from tests.acceptance.case_page import open_case_page, press, stored
from tests.acceptance.conftest import Seats
from tests.acceptance.duty_desk import NAME, DutyDesk
from tests.acceptance.sightings import WORKSITE
from tests.acceptance.test_desk_case_loop import confirm, officer
from tests.acceptance.test_desk_queue import row
from tests.chromium import Watch

pytestmark = pytest.mark.browser

MINUTE = timedelta(minutes=1)
COUNTY = AREAS[0]
ACCEPT, ACT = 10 * MINUTE, 30 * MINUTE
"""What `desk.limits` gives for the severity of the worksite, which is high."""


def test_an_acceptance_without_action_expires_back_to_the_queue(
    on_duty: Page, watch: Watch, duty_desk: DutyDesk
) -> None:
    code = duty_desk.open_case(WORKSITE, ago=MINUTE)
    open_case_page(on_duty, duty_desk, code)
    press(on_duty, "受理")
    expect(on_duty.locator(".standing")).to_have_text("由 张伟 受理")
    duty_desk.clock.forward(ACT - MINUTE)
    press(on_duty, "补充记录…")
    on_duty.get_by_label("处置说明").fill("正在联系工地")
    confirm(on_duty, "已记录。")  # which is an action: the limit runs anew
    duty_desk.clock.forward(ACT - MINUTE)
    expect(on_duty.locator(".headline .status")).to_have_text("已受理")
    assert stored(duty_desk, code).row.status is CaseStatus.ACCEPTED

    duty_desk.clock.forward(2 * MINUTE)
    expect(on_duty.locator(".headline .status")).to_have_text("待受理")
    expect(on_duty.locator(".journal li").first).to_contain_text("受理超时，退回待受理")
    expect(on_duty.get_by_role("button", name="受理", exact=True)).to_be_enabled()
    on_duty.goto(duty_desk.url)
    expect(on_duty.locator(row(code))).to_be_visible()
    view = stored(duty_desk, code)
    assert (view.row.status, view.row.assignee) == (CaseStatus.PENDING, None)
    assert (view.journal[-1].actor, view.journal[-1].action) == (SYSTEM, "expire")
    assert (watch.errors, watch.outside) == ([], [])


def test_an_overdue_case_is_supervised_and_rises_from_town_to_county(
    duty_desk: DutyDesk, desk_of: Seats
) -> None:
    officer(duty_desk, "boss", Role.COUNTY_SUPERVISOR, COUNTY.area_id)
    town, town_watch = desk_of(NAME)
    county, county_watch = desk_of("boss")
    code = duty_desk.open_case(WORKSITE, ago=MINUTE)
    limit = town.locator(f"{row(code)} .limit")
    expect(limit).to_have_class(re.compile("soon|running"))
    expect(town.locator(f"{row(code)} .supervised")).to_have_count(0)

    duty_desk.clock.forward(ACCEPT + MINUTE)
    expect(limit).to_have_class(re.compile("over"))
    expect(limit).to_contain_text("督办 1 级·清泉镇")
    duty_desk.clock.forward(ACCEPT)
    for page in (town, county):
        expect(page.locator(f"{row(code)} .supervised")).to_have_text("督办 2 级·山丹县")

    county.locator(row(code)).click()
    expect(county.locator(".journal li").first).to_contain_text("逾期升级督办")
    expect(county.locator(".journal li").first).to_contain_text("督办辖区：山丹县")
    press(county, "督办…")
    county.get_by_label("理由").fill("请清泉镇十分钟内受理")
    confirm(county, "已督办。")
    open_case_page(town, duty_desk, code)
    expect(town.locator(".journal li").first).to_contain_text("请清泉镇十分钟内受理")
    expect(town.locator(".facts")).to_contain_text("山丹县（第 2 级）")
    press(town, "受理")
    expect(town.locator(".headline .status")).to_have_text("已受理")

    view = stored(duty_desk, code)
    kinds = [JournalKind.SUPERVISED, JournalKind.ESCALATED, JournalKind.SUPERVISED]
    assert [each.kind for each in view.journal if each.kind in kinds] == kinds
    assert (view.row.escalation_level, view.row.escalated_to_name) == (2, COUNTY.name)
    assert view.row.supervised_since is not None
    for watch in (town_watch, county_watch):
        assert (watch.errors, watch.outside) == ([], [])
