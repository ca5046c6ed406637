"""An officer at the desk, in a real browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from alerts.case import Verdict
from alerts.desk.pages.queue_reading import STEP
from alerts.desk.views import QueueFilter
from alerts.schema import NodeState, ReducedClass
from ingest.errors import Fault
from ingest.status import CameraState
from tests.acceptance.conftest import Shoot, sign_in
from tests.acceptance.duty_desk import DutyDesk
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


def test_an_overloaded_node_stands_beside_the_queue_until_it_is_over(
    on_duty: Page, duty_desk: DutyDesk
) -> None:
    reduced = ReducedClass(camera_class=3, cameras=4, fps=1.3, of_fps=5.0)
    duty_desk.report_node(NodeState.REDUCED, reduced)
    fault = on_duty.locator("#group-nodes .fault")
    expect(fault).to_contain_text("降载运行")
    expect(fault).to_contain_text("三类 4 路 1.3/5")
    expect(on_duty.locator("#group-nodes .tally")).to_have_text("1 / 1 在线")
    duty_desk.report_node(NodeState.ONLINE)
    expect(on_duty.locator("#group-nodes")).to_contain_text("全部在线")


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


def test_what_a_node_was_late_to_send_is_announced_too(on_duty: Page, duty_desk: DutyDesk) -> None:
    first = duty_desk.raise_alert(ROAD, ago=MINUTE)[0]
    expect(on_duty.locator(f"[data-code='{first}']")).to_be_visible()
    late = duty_desk.raise_alert(WORKSITE, ago=90 * MINUTE)[0]
    row = on_duty.locator(f"[data-code='{late}']")
    expect(row).to_have_class(re.compile(r"\bis-new\b"))
    expect(row).to_contain_text("图片上传中")
    expect(on_duty.locator("[aria-live=polite].sr").first).to_contain_text("集市路口")


def test_show_more_announces_nothing(on_duty: Page, duty_desk: DutyDesk) -> None:
    for minute in range(STEP + 2):
        duty_desk.raise_alert(ROAD, ago=(200 + minute) * MINUTE)  # the last raised stand below
    on_duty.reload()
    expect(on_duty.locator(".case")).to_have_count(STEP)
    on_duty.locator(".case").last.scroll_into_view_if_needed()
    expect(on_duty.locator(".case")).to_have_count(STEP + 2)
    expect(on_duty.locator(".is-new")).to_have_count(0)


def test_the_keyboard_reaches_the_content_at_once(on_duty: Page) -> None:
    expect(on_duty.get_by_role("heading", level=1)).to_have_text("案件队列")
    on_duty.keyboard.press("Tab")
    expect(on_duty.get_by_text("跳到主要内容")).to_be_focused()
    on_duty.keyboard.press("Enter")
    expect(on_duty.locator(".desk-content")).to_be_focused()


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
