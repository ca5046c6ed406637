"""An officer at the desk, in a real browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from alerts.case import Verdict
from alerts.desk.views import QueueFilter, Role
from alerts.schema import NodeState
from ingest.errors import Fault
from ingest.status import CameraState
from tests.acceptance.conftest import Shoot, sign_in
from tests.acceptance.duty_desk import PASSWORD, TOWN, DutyDesk, another_desk
from tests.acceptance.sightings import LAWN, ROAD, WORKSITE, YARD_GATE
from tests.chromium import Watch

pytestmark = pytest.mark.browser

MINUTE = timedelta(minutes=1)
EVENING = (
    (LAWN, 171),
    (YARD_GATE, 128),
    (WORKSITE, 74),
    (ROAD, 47),
    (LAWN, 31),
    (YARD_GATE, 22),
    (WORKSITE, 9),
    (ROAD, 3),
)
MOVING = "video => video.currentTime > 0.3 && !video.paused && video.videoWidth > 0"


def an_evening(desk: DutyDesk) -> None:
    """Some cases of the last hours, and equipment that is not all well."""
    desk.report_node(NodeState.ONLINE)
    for camera in ("plaza-east", "market-crossing", "station-road", "gate-li"):
        desk.report(camera, CameraState.STREAMING, None, 60 * MINUTE)
    desk.report("woods-north", CameraState.OFFLINE, Fault.TIMEOUT, 12 * MINUTE)
    desk.report("courtyard-wang", CameraState.CLOSED_BY_CONSENT, None, 90 * MINUTE)
    for sighting, minutes in EVENING:
        desk.open_case(sighting, ago=minutes * MINUTE)


def deal_with_the_oldest(desk: DutyDesk) -> None:
    """Somebody has closed the oldest case as true, and has taken the next one."""
    service = desk.desk.service
    officer = service.officers.list()[0]
    *_, next_one, oldest = service.queue(officer, QueueFilter()).rows
    taken = service.accept(officer, oldest.code, oldest.version)
    service.close(officer, taken.code, taken.version, verdict=Verdict.TRUE, note="已到场处理。")
    service.accept(officer, next_one.code, next_one.version)


def test_an_empty_queue_is_calm(on_duty: Page) -> None:
    expect(on_duty.get_by_text("目前没有待受理案件")).to_be_visible()


def test_a_new_case_appears_without_reloading(
    on_duty: Page, watch: Watch, duty_desk: DutyDesk, shoot: Shoot
) -> None:
    an_evening(duty_desk)
    deal_with_the_oldest(duty_desk)
    expect(on_duty.locator(".case")).to_have_count(len(EVENING) - 2)
    on_duty.evaluate("window.isSamePage = true")
    code = duty_desk.open_case(WORKSITE, ago=timedelta(seconds=4))
    first = on_duty.locator(".case").first
    expect(first).to_have_attribute("data-code", code)
    expect(first).to_have_class(re.compile(r"\bis-new\b"))
    expect(first).to_contain_text("集市路口")
    expect(first).to_contain_text("待受理")
    expect(first.locator(".severity")).to_have_text("高")
    expect(first.locator("img")).to_be_visible()
    assert on_duty.evaluate("window.isSamePage") is True
    on_duty.wait_for_function(
        "[...document.querySelectorAll('.thumb img')].every(image => image.naturalWidth > 0)"
    )
    expect(first).not_to_have_class(re.compile(r"\bis-new\b"))
    shoot(on_duty, "queue")
    assert (watch.errors, watch.outside) == ([], [])


def test_cameras_that_do_not_stream_stand_beside_the_queue_with_the_reason(
    on_duty: Page, duty_desk: DutyDesk
) -> None:
    duty_desk.report_node(NodeState.ONLINE)
    duty_desk.report("woods-north", CameraState.OFFLINE, Fault.AUTH, 12 * MINUTE)
    fault = on_duty.locator(".fault", has_text="北山林区")
    expect(fault).to_contain_text("离线")
    expect(fault).to_contain_text("用户名或密码错误")
    expect(fault).to_contain_text("12分钟前")
    expect(on_duty.locator("#group-nodes")).to_contain_text("全部在线")
    duty_desk.report_node(NodeState.OFFLINE)
    expect(on_duty.locator("#group-nodes .fault")).to_contain_text("node-1")
    expect(fault).to_contain_text("所属节点 node-1 离线")


def test_the_status_filter_is_kept_in_the_address(on_duty: Page, duty_desk: DutyDesk) -> None:
    duty_desk.open_case(ROAD, ago=MINUTE)
    expect(on_duty.locator(".case")).to_have_count(1)
    on_duty.locator(".tab", has_text="已办结").click()
    expect(on_duty.get_by_text("此状态下没有案件")).to_be_visible()
    assert on_duty.url.endswith("/?status=closed")
    on_duty.reload()
    expect(on_duty.locator(".tab[aria-current]")).to_contain_text("已办结")
    on_duty.locator(".tab", has_text="全部").click()
    expect(on_duty.locator(".case")).to_have_count(1)
    on_duty.go_back()
    expect(on_duty.locator(".tab[aria-current]")).to_contain_text("已办结")


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
    expect(on_duty.locator(".headline .status")).to_have_text("已受理")
    expect(on_duty.locator(".standing")).to_have_text("由 张伟 受理")

    on_duty.get_by_role("button", name="办结…").click()
    on_duty.get_by_label("属实").check()
    on_duty.get_by_label("处置说明").fill("已电话通知网格员到场劝离，现场恢复正常。")
    on_duty.get_by_role("button", name="确定").click()
    expect(on_duty.locator(".headline .status")).to_have_text("已办结")
    expect(on_duty.locator(".standing")).to_have_text(["由 张伟 受理", "已办结，结论：属实"])
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
    expect(on_duty.locator(".standing").last).to_have_text("已办结，结论：误报")


def test_evidence_arrives_while_the_officer_looks_and_writes(
    on_duty: Page, duty_desk: DutyDesk
) -> None:
    code, raised = duty_desk.raise_alert(ROAD, ago=MINUTE)
    on_duty.goto(f"{duty_desk.url}/case/{code}")
    expect(on_duty.get_by_text("证据上传中…")).to_have_count(2)
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
    elsewhere = another_desk(duty_desk)
    lina = elsewhere.officers.add(
        "lina", PASSWORD, role=Role.TOWN_OFFICER, area_id=TOWN, display_name="李娜"
    )
    elsewhere.accept(lina, code, elsewhere.case(lina, code).row.version)
    accept.click()
    expect(on_duty.get_by_role("alert")).to_have_text("已被 李娜 受理。")
    expect(on_duty.locator(".standing")).to_have_text("由 李娜 受理")


def test_the_language_is_kept_with_the_officer(
    on_duty: Page, watch: Watch, duty_desk: DutyDesk
) -> None:
    duty_desk.open_case(ROAD, ago=MINUTE)
    on_duty.get_by_role("button", name="English").click()
    expect(on_duty.locator(".tab").first).to_contain_text("Pending")
    expect(on_duty.locator(".case .severity")).to_have_text("Low")
    assert on_duty.evaluate("document.documentElement.lang") == "en"
    on_duty.get_by_role("button", name="Log out").click()
    on_duty.wait_for_url("**/login")
    sign_in(on_duty, duty_desk.url)
    expect(on_duty.locator(".tab").first).to_contain_text("Pending")
    assert watch.errors == []
