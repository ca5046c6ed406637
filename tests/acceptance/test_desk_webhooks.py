"""A county supervisor looks after webhooks, in a real browser and with a real receiver."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from alerts.desk.views import Officer, Role
from alerts.desk.webhook_views import DeliveryState, WebhookRow
from deploy.samples.cameras import AREAS
from tests.acceptance.case_page import press
from tests.acceptance.conftest import Shoot, sign_in
from tests.acceptance.duty_desk import DutyDesk
from tests.acceptance.sightings import LAWN
from tests.acceptance.test_desk_case_loop import officer
from tests.chromium import SCREEN, Watch
from tests.receiver import Receiver

pytestmark = pytest.mark.browser

MINUTE = timedelta(minutes=1)
BOSS = "boss"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def boss(duty_desk: DutyDesk) -> Officer:
    return officer(duty_desk, BOSS, Role.COUNTY_SUPERVISOR, AREAS[0].area_id)


@pytest.fixture
def webhooks(page: Page, watch: Watch, duty_desk: DutyDesk, boss: Officer) -> Page:
    """The page, reached as a supervisor reaches it."""
    sign_in(page, duty_desk.url, name=BOSS)
    page.get_by_role("link", name="对外推送").click()
    expect(page.get_by_text("还没有推送地址")).to_be_visible()
    return page


def add(page: Page, url: str) -> None:
    press(page, "新建推送")
    page.get_by_label("地址").fill(url)
    page.get_by_label("辖区").select_option(AREAS[1].area_id)
    press(page, "确定")


def said(page: Page, text: str) -> None:
    expect(page.get_by_role("alert")).to_have_text(text)


def stored(desk: DutyDesk, boss: Officer) -> tuple[WebhookRow, ...]:
    return desk.desk.service.webhooks.list(boss)


def test_a_webhook_is_added_told_of_moves_and_removed(
    webhooks: Page, watch: Watch, duty_desk: DutyDesk, boss: Officer, receiver: Receiver
) -> None:
    add(webhooks, receiver.url)
    said(webhooks, "推送已建立。")
    secret = webhooks.get_by_label("签名密钥").input_value()
    assert secret
    press(webhooks, "已抄存，关闭")
    expect(webhooks.get_by_label("签名密钥")).to_have_count(0)
    expect(webhooks.locator(".hook-working")).to_have_text("正常")

    code = duty_desk.open_case(LAWN, ago=MINUTE)
    first = webhooks.locator(".webhook tbody tr").filter(has_text="立案")
    expect(first).to_contain_text(code)
    expect(first).to_contain_text("已送达")
    first.get_by_role("button", name="再次发送").click()
    said(webhooks, "已再次发送。")
    expect(first).to_have_count(2)
    for each in first.all():
        expect(each).to_contain_text("已送达")
    events = [got.headers["Xueliang-Event"] for got in receiver.received]
    assert len(events) == len(set(events)) + 1  # the same message once more

    press(webhooks, "停用")
    said(webhooks, "推送已停用。")
    expect(webhooks.locator(".hook-stopped")).to_be_visible()
    assert stored(duty_desk, boss)[0].disabled_at is not None
    press(webhooks, "删除")
    expect(webhooks.get_by_text("连同发送记录一起删除？")).to_be_visible()
    press(webhooks, "确定")
    said(webhooks, "推送已删除。")
    expect(webhooks.get_by_text("还没有推送地址")).to_be_visible()
    assert stored(duty_desk, boss) == ()
    assert secret not in webhooks.content()
    assert (watch.errors, watch.outside) == ([], [])


def test_a_receiver_that_fails_is_said_until_it_is_back(
    webhooks: Page,
    watch: Watch,
    duty_desk: DutyDesk,
    boss: Officer,
    receiver: Receiver,
    shoot: Shoot,
) -> None:
    duty_desk.desk.service.webhooks.add(boss, receiver.url, area_id=AREAS[0].area_id)
    duty_desk.open_case(LAWN, ago=MINUTE)
    expect(webhooks.locator(".webhook tbody tr").first).to_contain_text("已送达")
    receiver.answer = lambda _: 503
    press(webhooks, "发送测试")
    said(webhooks, "测试已发出，结果见下。")
    trouble = webhooks.locator(".webhook-trouble")
    expect(trouble).to_contain_text("起 · 对方应答 503 · 下次")
    expect(webhooks.locator(".hook-retrying")).to_have_text("重试中")
    row = webhooks.locator(".webhook tbody tr").first
    expect(row).to_contain_text("重试中")
    expect(row.get_by_role("button", name="再次发送")).to_have_count(0)
    assert webhooks.evaluate("document.documentElement.scrollWidth") <= SCREEN["width"]
    shoot(webhooks, "webhooks")

    receiver.answer = lambda _: 204
    expect(row).to_contain_text("已送达", timeout=30_000)  # tried again after some seconds
    expect(trouble).to_have_count(0)
    counts = stored(duty_desk, boss)[0].counts
    assert counts[DeliveryState.PENDING] == counts[DeliveryState.FAILED] == 0
    assert (watch.errors, watch.outside) == ([], [])


def test_an_address_that_cannot_be_is_said_and_not_lost(webhooks: Page, watch: Watch) -> None:
    add(webhooks, "http://another.example/hook")  # not in desk.webhooks.hosts
    expect(webhooks.get_by_role("alert")).to_contain_text("地址不能使用")
    expect(webhooks.get_by_label("地址")).to_have_value("http://another.example/hook")
    assert watch.errors == []


def test_an_officer_who_manages_no_webhooks_finds_no_such_page(
    on_duty: Page, duty_desk: DutyDesk
) -> None:
    expect(on_duty.get_by_role("link", name="对外推送")).to_have_count(0)
    answer = on_duty.goto(f"{duty_desk.url}/webhooks")
    assert answer is not None
    assert answer.status == 404
