"""How the pictures of one case are taken: officers at their browsers, and what they do there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from alerts.desk.pages.words_of_moves import MOVE_WORDS
from alerts.desk.views import Action
from tests.acceptance.conftest import sign_in
from tests.acceptance.duty_desk import DutyDesk
from tests.acceptance.small_picture import write_small
from tests.chromium import SCREEN

DEPARTMENT = "公安"
PATIENCE_MS = 60_000
"""Nobody waits for these pictures; the machine may be busy."""
SETTLED_MS = 700
"""Until what is new has faded and the clip shows a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An action with a form: what is written, chosen and pictured, and the status it leads to."""

    action: Action
    text: str
    status: str
    choice: str | None = None
    picture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The pictures of one case."""

    desk: DutyDesk
    browser: Browser
    folder: Path

    @contextmanager
    def officer(self, name: str, code: str = "") -> Iterator[Page]:
        """A browser in which the officer has logged in and sees the queue, or a case's page."""
        with self.browser.new_context(viewport=SCREEN, locale="zh-CN") as context:
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            sign_in(page, self.desk.url, name=name)
            if code:
                self.open(page, code)
            yield page

    def open(self, page: Page, code: str) -> None:
        """The case's page with its picture."""
        page.goto(f"{self.desk.url}/case/{code}")
        page.wait_for_function("document.querySelector('#snapshot')?.naturalWidth > 0")

    def take(self, page: Page, name: str) -> None:
        """Keep what is to be seen."""
        page.wait_for_timeout(SETTLED_MS)
        write_small(page.screenshot(animations="disabled"), self.folder / f"{name}.webp")

    def fill(self, page: Page, step: Step) -> None:
        """Do what needs a form, with a picture of the form where the step asks for one."""
        form = _begin(page, step.action)
        _fill(form, step.text, choice=step.choice)
        if step.picture:
            self.take(page, step.picture)
        form.locator("button[type=submit]").click()
        _expect_status(page, step.status)


def do(page: Page, action: Action, status: str) -> None:
    """An action that asks for nothing."""
    _press(page, action)
    _expect_status(page, status)


def _begin(page: Page, action: Action) -> Locator:
    """Click the action's button; its form."""
    _press(page, action)
    form = page.locator("form").filter(has=page.locator("textarea")).last
    expect(form).to_be_visible()
    return form


def _press(page: Page, action: Action) -> None:
    """The button's name: the action's word, where a form follows with dots, and maybe its key."""
    name = re.compile(rf"^\s*{MOVE_WORDS[f'action.{action}'][0]}\s*…?\s*(\W?[a-z]\W?)?$")
    page.get_by_role("button", name=name).first.click()


def _fill(form: Locator, text: str, *, choice: str | None = None) -> None:
    if choice is not None:
        form.get_by_label(choice, exact=True).check()
    recipient = form.locator("select").filter(has_text=DEPARTMENT)
    if recipient.count():
        recipient.first.select_option(label=DEPARTMENT)
    form.locator("textarea").last.fill(text)


def _expect_status(page: Page, status: str) -> None:
    expect(page.locator(".headline .status").first).to_have_text(status)
