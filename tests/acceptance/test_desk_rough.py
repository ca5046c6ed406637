"""Rough going: endless names, a link that breaks, a session that ends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from alerts.desk.account import NewOfficer
from alerts.desk.views import Role
from deploy.samples.cameras import AREAS
from ingest.errors import Fault
from ingest.status import CameraState
from tests.acceptance.conftest import sign_in
from tests.acceptance.duty_desk import NAME, PASSWORD, DutyDesk, running_desk
from tests.acceptance.sightings import ROAD
from tests.chromium import Watch

pytestmark = pytest.mark.browser

MINUTE = timedelta(minutes=1)
LONG = "长" * 300
UNBROKEN = "W" * 300
SEES_ALL = [Role.COUNTY_SUPERVISOR, Role.AUDITOR]
LEAVES_WITHIN_MS = 5_000


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def add(desk: DutyDesk, role: Role) -> None:
    """An officer of the county with the longest name there may be."""
    desk.desk.service.officers.add(
        NewOfficer(
            name="w" * 64 if role is Role.AUDITOR else "v" * 64,
            password=PASSWORD,
            role=role,
            area_id=AREAS[0].area_id,
            display_name="W" * 100,
            department="长" * 100,
        )
    )


@pytest.mark.parametrize("name", [LONG, UNBROKEN], ids=["chinese", "unbroken"])
def test_the_longest_names_fit_the_screen_on_every_page(
    page: Page, tmp_path: Path, name: str
) -> None:
    names = {"station-road": name, **{area.area_id: name for area in AREAS}}
    with running_desk(tmp_path, names=names) as desk:
        watch = Watch(page, desk.url)
        for role in SEES_ALL:
            add(desk, role)
        code = desk.open_case(ROAD, ago=MINUTE)
        desk.report("station-road", CameraState.OFFLINE, Fault.AUTH, MINUTE)
        officer = desk.desk.service.officers.find(NAME)
        assert officer is not None
        desk.desk.service.note(officer, code, name)
        boss = desk.desk.service.officers.find("v" * 64)
        assert boss is not None
        far = f"http://127.0.0.1:9/{UNBROKEN}"
        desk.desk.service.webhooks.add(boss, far, area_id=AREAS[0].area_id)
        for who, paths in (
            ("v" * 64, ("/", f"/case/{code}", "/officers", "/webhooks")),
            ("w" * 64, ("/register",)),
        ):
            sign_in(page, desk.url, name=who)
            for path in paths:
                page.goto(f"{desk.url}{path}")
                expect(page.locator(".bar-officer")).to_be_visible()
                page.wait_for_load_state("networkidle")
                assert fits(page), path
            page.context.clear_cookies()
        assert watch.errors == []


def test_a_page_that_was_cut_off_catches_up_by_itself(
    on_duty: Page, context: BrowserContext, duty_desk: DutyDesk
) -> None:
    expect(on_duty.locator(".live")).to_have_text("实时更新")
    context.set_offline(True)
    duty_desk.open_case(ROAD, ago=MINUTE)
    context.set_offline(False)
    expect(on_duty.locator(".case")).to_have_count(1, timeout=40_000)
    expect(on_duty.locator(".live")).to_have_text("实时更新")


@pytest.mark.parametrize("ending", ["log-out", "lock"])
def test_the_end_of_a_session_closes_the_officers_other_pages(
    on_duty: Page, context: BrowserContext, duty_desk: DutyDesk, ending: str
) -> None:
    code = duty_desk.open_case(ROAD, ago=MINUTE)
    other = context.new_page()
    other.goto(f"{duty_desk.url}/case/{code}")
    expect(other.locator(".journal li").first).to_be_visible()
    if ending == "log-out":
        on_duty.get_by_role("button", name="退出").click()
    else:
        duty_desk.desk.service.officers.disable(NAME)
        duty_desk.desk.service.people.sessions.tell()
    other.wait_for_url("**/login?ended=1**", timeout=LEAVES_WITHIN_MS)
