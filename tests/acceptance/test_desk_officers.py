"""A county supervisor looks after accounts, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from alerts.desk.account import NewOfficer
from alerts.desk.views import Role
from deploy.samples.cameras import AREAS
from tests.acceptance.conftest import Shoot, sign_in
from tests.acceptance.duty_desk import PASSWORD, DutyDesk
from tests.chromium import SCREEN, Watch

pytestmark = pytest.mark.browser

EVIL = '<img src=x onerror="document.title=1">{{ 7*7 }}'


@pytest.fixture
def supervisor(page: Page, watch: Watch, duty_desk: DutyDesk) -> Page:
    duty_desk.desk.service.officers.add(
        NewOfficer(
            name="boss",
            password=PASSWORD,
            role=Role.COUNTY_SUPERVISOR,
            area_id=AREAS[0].area_id,
            display_name="赵主管",
        )
    )
    sign_in(page, duty_desk.url, name="boss")
    page.get_by_role("link", name="人员").click()
    expect(page.get_by_role("heading", name="人员")).to_be_visible()
    return page


def test_an_account_is_made_used_and_locked(
    supervisor: Page, browser: Browser, duty_desk: DutyDesk, watch: Watch, shoot: Shoot
) -> None:
    supervisor.get_by_role("button", name="新建账号").click()
    supervisor.get_by_label("用户名").fill("wang.fang")
    supervisor.get_by_label("姓名").fill(EVIL)
    supervisor.get_by_label("角色").select_option("town-officer")
    supervisor.get_by_label("辖区").select_option(AREAS[1].area_id)
    supervisor.get_by_label("密码").fill(PASSWORD)
    shoot(supervisor, "officers")
    supervisor.get_by_role("button", name="确定").click()
    expect(supervisor.get_by_role("alert")).to_have_text("账号 wang.fang 已建立。")
    row = supervisor.locator("[data-name='wang.fang']")
    expect(row).to_contain_text(EVIL)
    with browser.new_context(viewport=SCREEN, locale="zh-CN") as elsewhere:
        colleague = elsewhere.new_page()
        sign_in(colleague, duty_desk.url, name="wang.fang")
        expect(colleague.get_by_role("link", name="人员")).to_have_count(0)
        row.get_by_role("button", name="锁定").click()
        colleague.wait_for_url("**/login?ended=1**", timeout=5_000)
    expect(row).to_contain_text("已锁定")
    found = duty_desk.desk.service.officers.find("wang.fang")
    assert found is not None
    assert (found.is_disabled, found.display_name) == (True, EVIL)
    assert supervisor.title() == "雪亮 · 值班台"
    assert watch.errors == []
    assert watch.outside == []


def test_what_cannot_be_is_said_and_nothing_is_lost(supervisor: Page) -> None:
    supervisor.get_by_role("button", name="新建账号").click()
    supervisor.get_by_label("用户名").fill("boss")
    supervisor.get_by_label("角色").select_option("grid-worker")
    supervisor.get_by_label("密码").fill(PASSWORD)
    supervisor.get_by_role("button", name="确定").click()
    expect(supervisor.get_by_role("alert")).to_contain_text("账号信息有误")
    expect(supervisor.get_by_label("用户名")).to_have_value("boss")


def test_a_department_handler_needs_a_department(supervisor: Page) -> None:
    supervisor.get_by_role("button", name="新建账号").click()
    supervisor.get_by_label("角色").select_option("department-handler")
    expect(supervisor.get_by_role("textbox", name="部门")).to_have_attribute("required", "")
    supervisor.get_by_label("角色").select_option("integrator")
    expect(supervisor.get_by_label("密码")).to_have_count(0)
    expect(supervisor.get_by_text("对接平台没有密码")).to_be_visible()


def test_a_maintainer_finds_cameras_and_no_cases(
    page: Page, watch: Watch, duty_desk: DutyDesk
) -> None:
    duty_desk.desk.service.officers.add(
        NewOfficer(name="fitter", password=PASSWORD, role=Role.MAINTAINER, area_id=AREAS[0].area_id)
    )
    sign_in(page, duty_desk.url, name="fitter")
    expect(page.locator(".equipment .group")).to_have_count(2)
    expect(page.locator(".case")).to_have_count(0)
    assert watch.errors == []
