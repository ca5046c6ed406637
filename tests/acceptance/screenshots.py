"""Pictures of one case from alert to follow-up: `python -m tests.acceptance.screenshots [FOLDER]`.

A desk of its own, three officers in Chromium, and every move by the buttons of the pages; where a
page no longer offers one by its name, this ends with an error.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import expect

from alerts.desk.account import NewOfficer
from alerts.desk.views import Action, Role
from deploy.samples.cameras import AREAS
from tests.acceptance.duty_desk import NAME, PASSWORD, TOWN, DutyDesk, running_desk
from tests.acceptance.screenshot_series import DEPARTMENT, PATIENCE_MS, Series, Step, do
from tests.acceptance.sightings import LAWN, ROAD, WORKSITE, YARD_GATE
from tests.chromium import chromium
from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / "deploy" / "screenshots"
HANDLER, AUDITOR = "gongan", "shenji"
MINUTE = timedelta(minutes=1)

DISPATCH = Step(
    action=Action.DISPATCH,
    text="请派员到文化广场核实并反馈",
    status="已交办",
    picture="3-dispatch",
)
REPORT = Step(
    action=Action.REPORT,
    text="已到场，人员已劝离，草坪无损坏",
    status="已反馈",
    picture="5-feedback",
)
CLOSE = Step(
    action=Action.CLOSE,
    text="情况属实，处置到位",
    status="已办结",
    choice="属实",
    picture="6-close",
)
FOLLOW_UP = Step(
    action=Action.FOLLOW_UP,
    text="电话回访广场管理员，对处置满意",
    status="已回访",
    choice="满意",
)


def take_all(folder: Path) -> None:
    """Lead one case through its life and take the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="xueliang-") as data, running_desk(Path(data)) as desk:
        _add(desk, HANDLER, Role.DEPARTMENT_HANDLER, "王警官", DEPARTMENT)
        _add(desk, AUDITOR, Role.AUDITOR, "陈静")
        for sighting, minutes in ((YARD_GATE, 26), (ROAD, 14), (WORKSITE, 6)):
            desk.open_case(sighting, ago=minutes * MINUTE)
        code = desk.open_case(LAWN, ago=MINUTE)
        with chromium() as browser:
            expect.set_options(timeout=PATIENCE_MS)
            _tell(Series(desk=desk, browser=browser, folder=folder), code)


def _tell(series: Series, code: str) -> None:
    _at_the_desk(series, code)
    _at_the_department(series, code)
    _back_at_the_desk(series, code)
    with series.officer(AUDITOR) as page:
        page.goto(f"{series.desk.url}/register")
        expect(page.locator(".register tbody tr").first).to_be_visible()
        series.take(page, "9-register")


def _at_the_desk(series: Series, code: str) -> None:
    with series.officer(NAME) as page:
        expect(page.locator(".case").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(6_000)  # the rows' arrival has faded
        series.take(page, "1-queue")
        series.open(page, code)
        series.take(page, "2-pending")
        do(page, Action.ACCEPT, "已受理")
        series.fill(page, DISPATCH)


def _at_the_department(series: Series, code: str) -> None:
    with series.officer(HANDLER, code) as page:
        series.take(page, "4-handler")
        do(page, Action.START, "处置中")
        series.fill(page, REPORT)


def _back_at_the_desk(series: Series, code: str) -> None:
    with series.officer(NAME, code) as page:
        series.fill(page, CLOSE)
        series.take(page, "7-closed")
        series.fill(page, FOLLOW_UP)
        series.take(page, "8-followed-up")


def _add(
    desk: DutyDesk, name: str, role: Role, display_name: str, department: str | None = None
) -> None:
    desk.desk.service.officers.add(
        NewOfficer(
            name=name,
            password=PASSWORD,
            role=role,
            area_id=TOWN if department else AREAS[0].area_id,
            display_name=display_name,
            department=department,
        )
    )


if __name__ == "__main__":
    take_all(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
