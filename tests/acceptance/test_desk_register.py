"""The register before an auditor, and the reason asked of an officer, in a real browser."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from alerts.desk.account import NewOfficer
from alerts.desk.register_file import verify_file
from alerts.desk.register_views import Looker, RegisterAction, RegisterFilter
from alerts.desk.views import Officer, Role
from tests.acceptance.conftest import sign_in
from tests.acceptance.duty_desk import NAME, PASSWORD, DutyDesk
from tests.acceptance.sightings import LAWN, YARD_GATE
from tests.chromium import Watch

pytestmark = pytest.mark.browser

MINUTE = timedelta(minutes=1)
REASON = "群众来访，核对当晚情况"


def officer(desk: DutyDesk) -> Officer:
    (found,) = (each for each in desk.desk.service.officers.list() if each.name == NAME)
    return found


def closed(desk: DutyDesk, code: str) -> None:
    service = desk.desk.service
    service.false_alarm(officer(desk), code, 1, "树影")


def auditor(desk: DutyDesk) -> Officer:
    return desk.desk.service.officers.add(
        NewOfficer(
            name="audit",
            password=PASSWORD,
            role=Role.AUDITOR,
            area_id="620725101",
            display_name="审计员老王",
        )
    )


def test_a_household_cameras_closed_case_is_shown_for_a_reason(
    on_duty: Page, watch: Watch, duty_desk: DutyDesk
) -> None:
    code = duty_desk.open_case(YARD_GATE, ago=MINUTE)
    closed(duty_desk, code)
    on_duty.goto(f"{duty_desk.url}/?status=closed")
    expect(on_duty.locator(".case .thumb")).to_have_text("住户，已办结")
    on_duty.locator(".case").click()
    expect(on_duty.get_by_text("住户摄像机，案件已办结")).to_be_visible()
    expect(on_duty.locator("#snapshot")).to_have_count(0)
    expect(on_duty.locator("#clip")).to_have_count(0)
    on_duty.get_by_role("button", name="说明查看理由…").click()
    expect(on_duty.get_by_role("dialog")).to_be_visible()
    expect(on_duty.get_by_role("textbox", name="查看理由")).to_be_focused()
    on_duty.get_by_role("textbox", name="查看理由").fill("看看")
    expect(on_duty.get_by_role("button", name="确定")).to_be_disabled()
    on_duty.keyboard.press("Escape")
    expect(on_duty.get_by_role("dialog")).to_have_count(0)
    on_duty.get_by_role("button", name="说明查看理由…").click()
    on_duty.get_by_role("textbox", name="查看理由").fill(REASON)
    on_duty.get_by_role("button", name="确定").click()
    on_duty.wait_for_function("document.querySelector('#snapshot')?.naturalWidth > 0")
    on_duty.wait_for_function("document.querySelector('#clip')?.videoWidth > 0")
    page = duty_desk.desk.service.register_reader.page(
        auditor(duty_desk), RegisterFilter(case_code=code)
    )
    assert {(row.action, row.reason) for row in page.rows} == {
        (RegisterAction.WATCHED_SNAPSHOT, REASON),
        (RegisterAction.WATCHED_CLIP, REASON),
    }
    assert (watch.errors, watch.outside) == ([], [])


def test_what_was_shown_stays_when_the_officer_closes_the_case(
    on_duty: Page, watch: Watch, duty_desk: DutyDesk
) -> None:
    code = duty_desk.open_case(YARD_GATE, ago=MINUTE)
    on_duty.goto(f"{duty_desk.url}/case/{code}")
    on_duty.wait_for_function("document.querySelector('#snapshot')?.naturalWidth > 0")
    closed(duty_desk, code)
    expect(on_duty.locator(".headline .status")).to_have_text("已办结")
    expect(on_duty.locator("#snapshot")).to_be_visible()
    on_duty.reload()
    expect(on_duty.get_by_role("button", name="说明查看理由…")).to_be_visible()
    assert watch.errors == []


def test_an_auditor_reads_filters_and_exports_the_register(
    page: Page, watch: Watch, duty_desk: DutyDesk, tmp_path: Path
) -> None:
    service = duty_desk.desk.service
    code = duty_desk.open_case(LAWN, ago=MINUTE)
    row = service.case(officer(duty_desk), code).row
    service.register.searched(
        Looker(officer=officer(duty_desk), client="10.1.2.3"), "<img src=x onerror=alert(1)>"
    )
    auditor(duty_desk)
    sign_in(page, duty_desk.url, name="audit")
    page.goto(f"{duty_desk.url}/case/{code}")
    page.wait_for_function("document.querySelector('#clip')?.videoWidth > 0")
    page.get_by_role("link", name="查看登记").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("查看登记")
    table = page.locator(".register table")
    expect(table).to_contain_text("<img src=x onerror=alert(1)>")
    expect(table).to_contain_text("10.1.2.3")
    expect(table).to_contain_text("审计员老王")
    expect(table).to_contain_text(row.camera_name)
    page.get_by_label("行为").select_option("查看录像")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator(".register tbody tr")).to_have_count(1)
    expect(page.get_by_label("行为")).to_have_value("watched-clip")
    with page.expect_download() as started:
        page.get_by_role("link", name="导出全部").click()
    started.value.save_as(tmp_path / "register.jsonl")
    found = verify_file(tmp_path / "register.jsonl")
    assert found.head == service.register_reader.head()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.screenshot(path=tmp_path / "register.png")
    assert (watch.errors, watch.outside) == ([], [])


def test_for_an_officer_on_duty_there_is_no_register(on_duty: Page, duty_desk: DutyDesk) -> None:
    expect(on_duty.get_by_role("link", name="查看登记")).to_have_count(0)
    answer = on_duty.goto(f"{duty_desk.url}/register")
    assert answer is not None
    assert answer.status == 404
    expect(on_duty.locator(".gone")).to_be_visible()
