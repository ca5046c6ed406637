"""One case before an officer, in a real browser: looked at, acted on, shared with colleagues."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from alerts.case import Verdict
from alerts.desk.account import NewOfficer
from alerts.desk.service import DeskService
from alerts.desk.views import Officer, Role
from tests.acceptance.conftest import Shoot
from tests.acceptance.duty_desk import PASSWORD, TOWN, DutyDesk, another_desk
from tests.acceptance.sightings import LAWN, ROAD, YARD_GATE
from tests.chromium import Watch

pytestmark = pytest.mark.browser

MINUTE = timedelta(minutes=1)
MOVING = "video => video.currentTime > 0.3 && !video.paused && video.videoWidth > 0"


def lina(service: DeskService) -> Officer:
    """A colleague of the officer at the browser."""
    known = {officer.name: officer for officer in service.officers.list()}
    return known.get("lina") or service.officers.add(
        NewOfficer(
            name="lina",
            password=PASSWORD,
            role=Role.TOWN_OFFICER,
            area_id=TOWN,
            display_name="李娜",
        )
    )


def lina_accepts(service: DeskService, code: str) -> None:
    service.accept(lina(service), code, service.case(lina(service), code).row.version)


def test_a_case_is_looked_at_accepted_and_closed(
    on_duty: Page, watch: Watch, duty_desk: DutyDesk, shoot: Shoot
) -> None:
    code = duty_desk.open_case(LAWN, ago=MINUTE)
    on_duty.locator(".case").first.click()
    on_duty.wait_for_url(f"**/case/{code}")
    on_duty.wait_for_function("document.querySelector('#snapshot').naturalWidth > 0")
    expect(on_duty.locator("svg rect.box")).to_have_count(1)
    expect(on_duty.locator("svg polygon.zone")).to_have_count(1)
    on_duty.wait_for_function(MOVING, arg=on_duty.query_selector("#clip"))
    shoot(on_duty, "case")

    on_duty.get_by_role("button", name="受理", exact=True).click()
    expect(on_duty.get_by_role("alert")).to_have_text("已受理。")
    expect(on_duty.get_by_role("alert")).to_be_focused()
    expect(on_duty.locator(".headline .status")).to_have_text("已受理")
    expect(on_duty.locator(".standing")).to_have_text("由 张伟 受理")

    on_duty.get_by_role("button", name="办结…").click()
    expect(on_duty.locator("[name=verdict]:checked")).to_have_count(0)
    expect(on_duty.get_by_role("button", name="确定")).to_be_disabled()
    on_duty.get_by_label("属实").check()
    on_duty.get_by_label("处置说明").fill("已电话通知网格员到场劝离，现场恢复正常。")
    on_duty.get_by_role("button", name="确定").click()
    expect(on_duty.locator(".headline .status")).to_have_text("已办结")
    expect(on_duty.locator(".standing")).to_have_text(["由 张伟 受理", "由 张伟 办结，结论：属实"])
    journal = on_duty.locator(".journal li")
    expect(journal.first).to_contain_text("办结")
    expect(journal.first).to_contain_text("已电话通知网格员到场劝离")
    shoot(on_duty, "case-closed")
    assert (watch.errors, watch.outside) == ([], [])


def test_a_false_alarm_needs_a_reason(on_duty: Page, duty_desk: DutyDesk) -> None:
    code = duty_desk.open_case(YARD_GATE, ago=MINUTE)
    on_duty.goto(f"{duty_desk.url}/case/{code}")
    on_duty.get_by_role("button", name="误报…").click()
    expect(on_duty.get_by_role("button", name="确定")).to_be_disabled()
    on_duty.get_by_role("button", name="树枝晃动").click()
    on_duty.get_by_role("button", name="确定").click()
    expect(on_duty.get_by_role("alert")).to_have_text("已按误报办结。")
    expect(on_duty.locator(".standing").last).to_have_text("由 张伟 办结，结论：误报")


def test_evidence_arrives_while_the_officer_looks_and_writes(
    on_duty: Page, duty_desk: DutyDesk
) -> None:
    code, raised = duty_desk.raise_alert(ROAD, ago=MINUTE)
    on_duty.goto(f"{duty_desk.url}/case/{code}")
    expect(on_duty.get_by_text("图片上传中…")).to_be_visible()
    expect(on_duty.get_by_text("录像上传中…")).to_be_visible()
    on_duty.get_by_role("button", name="补充记录…").click()
    on_duty.get_by_label("处置说明").fill("写到一半")
    duty_desk.store_evidence(ROAD, raised)
    expect(on_duty.locator("#snapshot")).to_be_visible()
    expect(on_duty.locator("#clip")).to_be_visible()
    expect(on_duty.get_by_label("处置说明")).to_have_value("写到一半")


def test_who_comes_second_is_told_who_was_first(on_duty: Page, duty_desk: DutyDesk) -> None:
    code = duty_desk.open_case(ROAD, ago=MINUTE)
    on_duty.goto(f"{duty_desk.url}/case/{code}")
    accept = on_duty.get_by_role("button", name="受理", exact=True)
    expect(accept).to_be_enabled()
    lina_accepts(another_desk(duty_desk), code)
    accept.click()
    expect(on_duty.get_by_role("alert")).to_contain_text("已被 李娜 受理。")
    expect(on_duty.locator(".standing")).to_have_text("由 李娜 受理")


def test_a_form_begun_before_somebody_accepted_does_not_overrule_them(
    on_duty: Page, duty_desk: DutyDesk
) -> None:
    code = duty_desk.open_case(ROAD, ago=MINUTE)
    on_duty.goto(f"{duty_desk.url}/case/{code}")
    on_duty.get_by_role("button", name="误报…").click()
    on_duty.get_by_label("误报原因").fill("看着像树影")
    lina_accepts(duty_desk.desk.service, code)
    expect(on_duty.locator(".standing")).to_have_text("由 李娜 受理")  # the page is live
    on_duty.get_by_role("button", name="确定").click()
    expect(on_duty.get_by_role("alert")).to_contain_text("已被 李娜 受理。")
    expect(on_duty.get_by_label("误报原因")).to_have_value("看着像树影")
    on_duty.get_by_role("button", name="确定").click()  # knowing it now
    expect(on_duty.locator(".standing").last).to_have_text("由 张伟 办结，结论：误报")


def test_each_form_has_its_own_draft(on_duty: Page, duty_desk: DutyDesk) -> None:
    code = duty_desk.open_case(ROAD, ago=MINUTE)
    on_duty.goto(f"{duty_desk.url}/case/{code}")
    on_duty.get_by_role("button", name="误报…").click()
    on_duty.get_by_role("button", name="树枝晃动").click()
    on_duty.get_by_role("button", name="取消").click()
    expect(on_duty.get_by_role("button", name="误报…")).to_be_focused()
    on_duty.get_by_role("button", name="补充记录…").click()
    expect(on_duty.get_by_label("处置说明")).to_have_value("")
    on_duty.get_by_role("button", name="取消").click()
    on_duty.get_by_role("button", name="误报…").click()
    expect(on_duty.get_by_label("误报原因")).to_have_value("树枝晃动")


def test_a_notice_goes_when_the_case_has_moved_on(on_duty: Page, duty_desk: DutyDesk) -> None:
    code = duty_desk.open_case(ROAD, ago=MINUTE)
    on_duty.goto(f"{duty_desk.url}/case/{code}")
    on_duty.get_by_role("button", name="受理", exact=True).click()
    expect(on_duty.get_by_role("alert")).to_have_text("已受理。")
    service = duty_desk.desk.service
    row = service.case(lina(service), code).row
    service.close(lina(service), code, row.version, verdict=Verdict.DRILL, note="")
    expect(on_duty.locator(".standing").last).to_have_text("由 李娜 办结，结论：演练")
    expect(on_duty.get_by_role("alert")).to_have_count(0)


def test_an_alert_that_ended_says_why_and_keeps_its_box(on_duty: Page, duty_desk: DutyDesk) -> None:
    code, raised = duty_desk.raise_alert(LAWN, ago=MINUTE)
    duty_desk.store_evidence(LAWN, raised)
    duty_desk.end_alert(raised)
    on_duty.goto(f"{duty_desk.url}/case/{code}")
    expect(on_duty.locator(".entry-ended")).to_contain_text("目标已离开")
    expect(on_duty.locator(".box-name")).to_have_text("人 87%")
    expect(on_duty.locator(".facts")).to_contain_text("41%")
