"""Pictures of one case from alert to follow-up: `python -m tests.acceptance.screenshots [FOLDER]`.

A desk of its own, three officers in Chromium, and every move by the buttons of the pages; where a
page no longer offers one by its name, this ends with an error.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Locator, Page, expect

from alerts.desk.account import NewOfficer
from alerts.desk.pages.words_of_moves import MOVE_WORDS
from alerts.desk.views import Action, Role
from deploy.samples.cameras import AREAS
from tests.acceptance.conftest import sign_in
from tests.acceptance.duty_desk import NAME, PASSWORD, TOWN, DutyDesk, running_desk
from tests.acceptance.sightings import LAWN, ROAD, WORKSITE, YARD_GATE
from tests.acceptance.small_png import write_small
from tests.chromium import SCREEN, chromium
from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / "deploy" / "screenshots"
HANDLER, AUDITOR = "gongan", "shenji"
DEPARTMENT = "公安"
MINUTE = timedelta(minutes=1)
PATIENCE_MS = 60_000
"""Nobody waits for these pictures; the machine may be busy."""
SETTLED_MS = 700
"""Until what is new has faded and the clip shows a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The pictures of one case."""

    desk: DutyDesk
    browser: Browser
    folder: Path

    @contextmanager
    def officer(self, name: str) -> Iterator[Page]:
        """A browser in which the officer has logged in."""
        with self.browser.new_context(viewport=SCREEN, locale="zh-CN") as context:
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            sign_in(page, self.desk.url, name=name)
            yield page

    def open(self, page: Page, code: str) -> None:
        """The case's page with its picture."""
        page.goto(f"{self.desk.url}/case/{code}")
        page.wait_for_function("document.querySelector('#snapshot')?.naturalWidth > 0")

    def take(self, page: Page, name: str) -> None:
        """Keep what is to be seen."""
        page.wait_for_timeout(SETTLED_MS)
        write_small(page.screenshot(animations="disabled"), self.folder / f"{name}.png")


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
        _do(page, Action.ACCEPT, "已受理")
        form = _begin(page, Action.DISPATCH)
        _fill(form, "请派员到文化广场核实并反馈")
        series.take(page, "3-dispatch")
        _confirm(page, form, "已交办")


def _at_the_department(series: Series, code: str) -> None:
    with series.officer(HANDLER) as page:
        series.open(page, code)
        series.take(page, "4-handler")
        _do(page, Action.START, "处置中")
        form = _begin(page, Action.REPORT)
        _fill(form, "已到场，人员已劝离，草坪无损坏")
        series.take(page, "5-feedback")
        _confirm(page, form, "已反馈")


def _back_at_the_desk(series: Series, code: str) -> None:
    with series.officer(NAME) as page:
        series.open(page, code)
        form = _begin(page, Action.CLOSE)
        _fill(form, "情况属实，处置到位", choice="属实")
        series.take(page, "6-close")
        _confirm(page, form, "已办结")
        series.take(page, "7-closed")
        form = _begin(page, Action.FOLLOW_UP)
        _fill(form, "电话回访广场管理员，对处置满意", choice="满意")
        _confirm(page, form, "已回访")
        series.take(page, "8-followed-up")


def _begin(page: Page, action: Action) -> Locator:
    """Click the action's button; its form."""
    page.get_by_role("button", name=_called(action)).first.click()
    form = page.locator("form").filter(has=page.locator("textarea")).last
    expect(form).to_be_visible()
    return form


def _do(page: Page, action: Action, status: str) -> None:
    """An action that asks for nothing."""
    page.get_by_role("button", name=_called(action)).first.click()
    _expect_status(page, status)


def _called(action: Action) -> re.Pattern[str]:
    """The button's name: the action's word, where a form follows with dots, and maybe its key."""
    return re.compile(rf"^\s*{MOVE_WORDS[f'action.{action}'][0]}\s*…?\s*(\W?[a-z]\W?)?$")


def _fill(form: Locator, text: str, *, choice: str | None = None) -> None:
    if choice is not None:
        form.get_by_label(choice, exact=True).check()
    recipient = form.locator("select").filter(has_text=DEPARTMENT)
    if recipient.count():
        recipient.first.select_option(label=DEPARTMENT)
    form.locator("textarea").last.fill(text)


def _confirm(page: Page, form: Locator, status: str) -> None:
    form.locator("button[type=submit]").click()
    _expect_status(page, status)


def _expect_status(page: Page, status: str) -> None:
    expect(page.locator(".headline .status").first).to_have_text(status)


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
