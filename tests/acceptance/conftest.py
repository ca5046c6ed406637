"""Fixtures of the acceptance tests: a running desk and an officer's browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.acceptance.duty_desk import NAME, PASSWORD, DutyDesk, running_desk
from tests.chromium import SCREEN, Watch, chromium
from tests.conftest import REPOSITORY
from tests.databases import database_url, postgres

__all__ = ["database_url", "postgres"]

Shoot = Callable[[Page, str], None]
Seats = Callable[[str], tuple[Page, Watch]]
PATIENCE_MS = 30_000
"""A machine with two cores also runs the browser."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, or a skip; not for the session: Playwright keeps a loop running in this thread."""
    expect.set_options(timeout=PATIENCE_MS)
    with chromium() as started:
        yield started


@pytest.fixture
def duty_desk(tmp_path: Path) -> Iterator[DutyDesk]:
    """A desk of its own for each test."""
    with running_desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without cookies, at the size of the duty desk's PC."""
    context = browser.new_context(viewport=SCREEN, locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """An empty page."""
    return context.new_page()


@pytest.fixture
def watch(page: Page, duty_desk: DutyDesk) -> Watch:
    """What the page complains about."""
    return Watch(page, duty_desk.url)


@pytest.fixture
def on_duty(page: Page, watch: Watch, duty_desk: DutyDesk) -> Page:
    """A page whose officer has logged in and sees the queue."""
    sign_in(page, duty_desk.url)
    return page


@pytest.fixture
def desk_of(browser: Browser, duty_desk: DutyDesk) -> Iterator[Seats]:
    """Each officer sits at a PC of their own, logged in."""
    with ExitStack() as stack:

        def seat(name: str) -> tuple[Page, Watch]:
            context = stack.enter_context(browser.new_context(viewport=SCREEN, locale="zh-CN"))
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            watch = Watch(page, duty_desk.url)
            sign_in(page, duty_desk.url, name=name)
            return page, watch

        yield seat


@pytest.fixture
def shoot(tmp_path: Path) -> Shoot:
    """Takes screenshots: those of README where XUELIANG_SCREENSHOTS=1, else throw-away ones."""
    is_wanted = os.environ.get("XUELIANG_SCREENSHOTS") == "1"
    folder = REPOSITORY / "deploy" / "screenshots" if is_wanted else tmp_path / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", animations="disabled")

    return take


def sign_in(page: Page, url: str, *, name: str = NAME, password: str = PASSWORD) -> None:
    """Log in and wait for the queue."""
    page.goto(f"{url}/login")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_selector(".queue")
