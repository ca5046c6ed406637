"""axe-core finds no serious fault on any page of the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from alerts.case import CaseStatus
from alerts.desk.account import NewOfficer
from alerts.desk.register_views import Looker
from alerts.desk.views import QueueFilter, Role
from deploy.samples.cameras import AREAS
from ingest.errors import Fault
from ingest.status import CameraState
from tests.acceptance.accessibility import serious_faults
from tests.acceptance.conftest import sign_in
from tests.acceptance.duty_desk import NAME, PASSWORD, DutyDesk, running_desk
from tests.acceptance.sightings import LAWN, ROAD, YARD_GATE

pytestmark = pytest.mark.browser

MINUTE = timedelta(minutes=1)
READY = ".case, .journal li, .register tbody tr, .officers tbody tr, .gone"
NOWHERE = "http://127.0.0.1:9/hook"
SUPERVISOR, AUDITOR = "boss", "audit"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DutyDesk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as desk:
        _add(desk, SUPERVISOR, Role.COUNTY_SUPERVISOR)
        _add(desk, AUDITOR, Role.AUDITOR)
        _fill(desk)
        yield desk


def _add(desk: DutyDesk, name: str, role: Role) -> None:
    account = NewOfficer(name=name, password=PASSWORD, role=role, area_id=AREAS[0].area_id)
    desk.desk.service.officers.add(account)


def _fill(desk: DutyDesk) -> None:
    """Cases of three stages, a camera that is away, a look, and a receiver that is away."""
    service = desk.desk.service
    officer = service.officers.find(NAME)
    assert officer is not None
    codes = [desk.open_case(sighting, ago=MINUTE) for sighting in (ROAD, YARD_GATE, LAWN)]
    service.accept(officer, codes[1], service.case(officer, codes[1]).row.version)
    service.false_alarm(officer, codes[2], service.case(officer, codes[2]).row.version, "树影")
    desk.report("woods-north", CameraState.OFFLINE, Fault.AUTH, 12 * MINUTE)
    service.register.searched(Looker(officer=officer, client="10.1.2.3"), "草坪")
    supervisor = service.officers.find(SUPERVISOR)
    assert supervisor is not None
    made = service.webhooks.add(supervisor, NOWHERE, area_id=AREAS[0].area_id)
    service.webhooks.test(supervisor, made.webhook.id)


def _first_case(desk: DutyDesk, status: CaseStatus) -> str:
    officer = desk.desk.service.officers.find(NAME)
    assert officer is not None
    wanted = QueueFilter(statuses=frozenset({status}))
    return desk.desk.service.queue(officer, wanted).rows[0].code


def test_a_fault_would_be_found(page: Page) -> None:
    page.set_content("<main><img src='data:,'><button></button></main>")
    assert {fault.split()[0] for fault in serious_faults(page)} >= {"image-alt", "button-name"}


def test_the_log_in_has_no_serious_fault(page: Page, desk: DutyDesk) -> None:
    page.goto(f"{desk.url}/login")
    assert serious_faults(page) == []
    page.goto(f"{desk.url}/login?ended=1")
    assert serious_faults(page) == []


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (NAME, "/"),
        (NAME, "/?status=closed"),
        (NAME, "/?status=followed-up"),
        (SUPERVISOR, "/officers"),
        (SUPERVISOR, "/webhooks"),
        (AUDITOR, "/register"),
        (NAME, "/case/nonsense"),
    ],
)
def test_a_page_has_no_serious_fault(page: Page, desk: DutyDesk, name: str, path: str) -> None:
    sign_in(page, desk.url, name=name)
    page.goto(f"{desk.url}{path}")
    if path != "/?status=followed-up":
        expect(page.locator(READY).first).to_be_visible()
    expect(page.locator("main, .desk-content").first).to_be_visible()
    assert serious_faults(page) == []


@pytest.mark.parametrize(
    "status", [CaseStatus.PENDING, CaseStatus.ACCEPTED, CaseStatus.CLOSED], ids=str
)
def test_a_case_has_no_serious_fault(page: Page, desk: DutyDesk, status: CaseStatus) -> None:
    sign_in(page, desk.url)
    page.goto(f"{desk.url}/case/{_first_case(desk, status)}")
    expect(page.locator(".journal li").first).to_be_visible()
    assert serious_faults(page) == []


def test_the_form_of_an_account_has_no_serious_fault(page: Page, desk: DutyDesk) -> None:
    sign_in(page, desk.url, name=SUPERVISOR)
    page.goto(f"{desk.url}/officers")
    page.get_by_role("button", name="新建账号").click()
    expect(page.get_by_label("用户名")).to_be_focused()
    assert serious_faults(page) == []


def test_the_form_of_a_webhook_has_no_serious_fault(page: Page, desk: DutyDesk) -> None:
    sign_in(page, desk.url, name=SUPERVISOR)
    page.goto(f"{desk.url}/webhooks")
    expect(page.locator(".webhook-trouble")).to_contain_text("连接失败")
    page.get_by_role("button", name="新建推送").click()
    expect(page.get_by_label("地址")).to_be_focused()
    page.get_by_role("button", name="删除").click()
    assert serious_faults(page) == []
