"""What several tests do at the page of a case, and what the desk then has of it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from alerts.desk.views import CaseView
from tests.acceptance.duty_desk import NAME, DutyDesk


def stored(desk: DutyDesk, code: str) -> CaseView:
    """The case as the desk has it."""
    service = desk.desk.service
    seen_by = service.officers.find(NAME)
    assert seen_by is not None
    return service.case(seen_by, code)


def deeds(view: CaseView) -> list[str]:
    """What was done to the case, in order."""
    return [each.action for each in view.journal if each.action]


def open_case_page(page: Page, desk: DutyDesk, code: str) -> None:
    page.goto(f"{desk.url}/case/{code}")
    expect(page.locator(".journal li").first).to_be_visible()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
