"""Who may not, what ends, and what is only text: the desk in a real browser."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.exc import OperationalError

from alerts.case import CaseStatus
from alerts.desk.cookie import SESSION_COOKIE
from alerts.desk.views import CaseRow, Officer
from ingest.status import CameraState
from tests.acceptance.conftest import Shoot, sign_in
from tests.acceptance.duty_desk import (
    CONNECTION,
    NAME,
    PASSWORD,
    PATIENCE_S,
    DutyDesk,
    another_desk,
    running_desk,
)
from tests.acceptance.sightings import ROAD
from tests.chromium import Watch

pytestmark = pytest.mark.browser

MINUTE = timedelta(minutes=1)


def raise_locked(*_: object) -> None:
    raise OperationalError("SELECT", {}, OSError("database is locked"))


def session_token(context: BrowserContext) -> str:
    return next(cookie["value"] for cookie in context.cookies() if cookie["name"] == SESSION_COOKIE)


def test_a_stranger_gets_no_page_but_the_log_in(page: Page, duty_desk: DutyDesk) -> None:
    page.goto(f"{duty_desk.url}/?status=closed")
    assert page.url == f"{duty_desk.url}/login?next=/%3Fstatus%3Dclosed"
    assert page.title() == "雪亮 · 值班台"
    assert page.locator("[autocomplete=username]").count() == 1
    assert page.locator("[autocomplete=current-password]").count() == 1


def test_a_stranger_gets_no_websocket(page: Page, duty_desk: DutyDesk) -> None:
    page.goto(f"{duty_desk.url}/login")
    opened = page.evaluate(
        """() => new Promise((done) => {
            const socket = new WebSocket(
              `ws://${location.host}/_nicegui_ws/socket.io/?EIO=4&transport=websocket`);
            socket.onopen = () => done(true);
            socket.onerror = () => done(false);
        })"""
    )
    assert opened is False


def test_a_wrong_password_is_answered_in_words(
    page: Page, watch: Watch, duty_desk: DutyDesk, shoot: Shoot
) -> None:
    page.goto(f"{duty_desk.url}/login")
    shoot(page, "login")
    page.get_by_label("用户名").fill(NAME)
    page.get_by_label("密码").fill("not this one")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_have_text("用户名或密码不正确。")
    expect(page.get_by_label("用户名")).to_have_value(NAME)
    expect(page.get_by_label("密码")).to_have_value("")
    assert watch.errors == []


def test_after_the_log_in_the_officer_is_where_they_wanted_to_be(
    page: Page, duty_desk: DutyDesk
) -> None:
    page.goto(f"{duty_desk.url}/?status=closed")
    page.get_by_label("用户名").fill(NAME)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".tab[aria-current]")).to_contain_text("已办结")


def test_an_action_after_the_session_has_ended_does_nothing(
    on_duty: Page, context: BrowserContext, duty_desk: DutyDesk
) -> None:
    code = duty_desk.open_case(ROAD, ago=MINUTE)
    on_duty.goto(f"{duty_desk.url}/case/{code}")
    accept = on_duty.get_by_role("button", name="受理", exact=True)
    expect(accept).to_be_enabled()
    another_desk(duty_desk).sign_out(session_token(context))
    accept.click()
    on_duty.wait_for_url("**/login?ended=1**")
    officer = duty_desk.desk.service.officers.list()[0]
    assert duty_desk.desk.service.case(officer, code).row.status is CaseStatus.PENDING


def test_an_open_page_leaves_when_its_session_ends(
    on_duty: Page, context: BrowserContext, duty_desk: DutyDesk
) -> None:
    duty_desk.open_case(ROAD, ago=MINUTE)
    expect(on_duty.locator(".case")).to_have_count(1)
    duty_desk.desk.service.sign_out(session_token(context))
    on_duty.wait_for_url("**/login?ended=1**")
    expect(on_duty.get_by_role("alert")).to_have_text("登录已失效，请重新登录。")


def test_text_from_outside_is_shown_and_not_interpreted(page: Page, tmp_path: Path) -> None:
    evil = '<img src=x onerror="document.title=1">{{ 7*7 }}'
    with running_desk(tmp_path, names={"station-road": evil}) as desk:
        watch = Watch(page, desk.url)
        sign_in(page, desk.url)
        code = desk.open_case(ROAD, ago=MINUTE)
        desk.report("station-road", CameraState.OFFLINE, None, MINUTE)
        expect(page.locator(".case .where b")).to_have_text(evil)
        expect(page.locator(".fault b", has_text="onerror")).to_have_text(evil)
        desk.desk.service.note(desk.desk.service.officers.list()[0], code, evil)
        page.goto(f"{desk.url}/case/{code}")
        expect(page.locator(".journal li").first).to_contain_text(evil)
        expect(page.locator(".facts")).to_contain_text(evil)
        assert page.title() == "雪亮 · 值班台"
        assert watch.errors == []


def test_a_page_that_has_lost_its_desk_says_so(page: Page, tmp_path: Path) -> None:
    with running_desk(tmp_path) as desk:
        sign_in(page, desk.url)
        expect(page.locator(".live")).to_have_text("实时更新")
    expect(page.get_by_text("与值班台的连接已中断")).to_be_visible()
    expect(page.locator(".live")).to_have_text("已断开，未更新")


def test_a_desk_that_has_lost_the_bus_says_so(on_duty: Page, duty_desk: DutyDesk) -> None:
    live = on_duty.locator(".live")
    expect(live).to_have_text("实时更新")
    duty_desk.link.connection = None
    expect(live).to_have_text("与消息总线断开")
    duty_desk.link.connection = CONNECTION
    expect(live).to_have_text("实时更新")


def test_a_database_that_is_away_leaves_the_buttons_working(
    on_duty: Page, duty_desk: DutyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = duty_desk.open_case(ROAD, ago=MINUTE)
    on_duty.goto(f"{duty_desk.url}/case/{code}")
    accept = on_duty.get_by_role("button", name="受理", exact=True)
    expect(accept).to_be_enabled()
    service = duty_desk.desk.service
    with monkeypatch.context() as broken:
        broken.setattr(service, "accept", raise_locked)
        broken.setattr(service, "case", raise_locked)
        accept.click()
        expect(on_duty.get_by_role("alert")).to_have_text("数据库暂时不可用，请稍后再试。")
    accept.click()
    expect(on_duty.get_by_role("alert")).to_have_text("已受理。")


def test_a_desk_that_does_not_answer_leaves_the_buttons_working(
    on_duty: Page, duty_desk: DutyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, resume, service = duty_desk.open_case(ROAD, ago=MINUTE), Event(), duty_desk.desk.service
    accept_now = service.accept

    def accept_later(officer: Officer, code: str, version: int) -> CaseRow:
        assert resume.wait(PATIENCE_S)
        return accept_now(officer, code, version)

    monkeypatch.setattr(service, "accept", accept_later)
    on_duty.clock.install()
    on_duty.goto(f"{duty_desk.url}/case/{code}")
    accept = on_duty.get_by_role("button", name="受理", exact=True)
    accept.click()
    expect(accept).to_be_disabled()
    on_duty.clock.fast_forward(16_000)
    expect(on_duty.get_by_role("alert")).to_contain_text("值班台没有回应")
    expect(accept).to_be_enabled()
    resume.set()
    expect(on_duty.get_by_role("alert")).to_have_text("已受理。")


@pytest.mark.parametrize("name", ["sign_in.html", "gone.html"])
def test_templates_are_not_served_raw(page: Page, duty_desk: DutyDesk, name: str) -> None:
    answer = page.goto(f"{duty_desk.url}/desk-assets/{name}")
    assert answer is not None
    assert answer.status == 404


def test_a_case_that_is_not_there_is_said_in_words(on_duty: Page, duty_desk: DutyDesk) -> None:
    answer = on_duty.goto(f"{duty_desk.url}/case/nonsense")
    assert answer is not None
    assert answer.status == 404
    expect(on_duty.get_by_text("没有这个页面或案件")).to_be_visible()
