"""One case from alert to follow-up, and the other ways a case goes, as officers would do it."""

from __future__ import annotations

import struct
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from alerts.case import CaseStatus, FollowUp, Origin, Verdict
from alerts.desk.account import NewOfficer
from alerts.desk.register_views import RegisterAction
from alerts.desk.views import Officer, Role
from tests.acceptance.conftest import Seats, Shoot
from tests.acceptance.duty_desk import PASSWORD, DutyDesk
from tests.acceptance.sightings import LAWN, ROAD
from tests.chromium import SCREEN, Watch

pytestmark = pytest.mark.browser

MINUTE = timedelta(minutes=1)
WATER = "水务所"
LONG = "很长的名字" * 60
"""300 characters."""


def png(folder: Path) -> Path:
    """A small red picture."""
    rows = b"".join(b"\0" + b"\xff\0\0" * 32 for _ in range(24))
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 32, 24, 8, 2, 0, 0, 0))]
    parts += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    path = folder / "现场照片.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def officer(desk: DutyDesk, name: str, role: Role, area: str, department: str = "") -> Officer:
    return desk.desk.service.officers.add(
        NewOfficer(
            name=name,
            password=PASSWORD,
            role=role,
            area_id=area,
            display_name=name,
            department=department or None,
        )
    )


def confirm(page: Page, said: str) -> None:
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_role("alert")).to_contain_text(said)


def test_a_case_goes_from_alert_to_follow_up_through_four_hands(
    duty_desk: DutyDesk,
    desk_of: Seats,
    tmp_path: Path,
    shoot: Shoot,
) -> None:
    code = duty_desk.open_case(LAWN, ago=MINUTE)
    service = duty_desk.desk.service
    at = f"{duty_desk.url}/case/{code}"
    viewer = next(each for each in service.officers.list() if each.name == "zhangwei")
    area = service.case(viewer, code).row.area_id
    officer(duty_desk, "cunli", Role.VILLAGE_OFFICER, area)
    officer(duty_desk, "shuiwu", Role.DEPARTMENT_HANDLER, viewer.area_id, WATER)

    village, village_watch = desk_of("cunli")
    village.goto(at)
    village.get_by_role("button", name="受理", exact=True).click()
    expect(village.get_by_role("alert")).to_contain_text("已受理。")

    desk, town_watch = desk_of("zhangwei")
    desk.goto(at)
    desk.get_by_role("button", name="分流交办…").click()
    desk.get_by_label("交给").select_option(f"d:{WATER}")
    desk.get_by_label("2 小时").check()
    desk.get_by_label("处置说明").fill("请到现场查看")
    shoot(desk, "case-dispatch")
    confirm(desk, "已交办。")
    expect(desk.locator(".journal li").first).to_contain_text(f"部门：{WATER}")

    handler, handler_watch = desk_of("shuiwu")
    handler.goto(at)
    handler.get_by_role("button", name="开始处置", exact=True).click()
    expect(handler.get_by_role("alert")).to_contain_text("已开始处置。")
    handler.locator("#file-chooser").set_input_files(png(tmp_path))
    expect(handler.locator(".files li")).to_contain_text("现场照片.png")
    handler.get_by_role("button", name="反馈…").click()
    handler.get_by_label("反馈内容").fill("已到现场处理完毕")
    confirm(handler, "已反馈。")

    desk.get_by_role("button", name="办结…").click()
    desk.get_by_label("属实").check()
    confirm(desk, "已办结。")
    village.get_by_role("button", name="回访…").click()
    village.get_by_label("满意", exact=True).check()
    confirm(village, "已回访。")
    shoot(village, "case-followed-up")

    view = service.case(viewer, code)
    assert view.row.status is CaseStatus.FOLLOWED_UP
    assert (view.row.verdict, view.follow_up) == (Verdict.TRUE, FollowUp.SATISFIED)
    assert [each.actor for each in view.attachments] == ["shuiwu"]
    deeds = [each.action for each in view.journal if each.to_status is not None and each.action]
    assert deeds == ["accept", "dispatch", "start", "report", "close", "follow-up"]
    for watch in (village_watch, town_watch, handler_watch):
        assert (watch.errors, watch.outside) == ([], [])


def test_a_case_is_opened_by_hand_with_a_photo(
    on_duty: Page, duty_desk: DutyDesk, watch: Watch, tmp_path: Path, shoot: Shoot
) -> None:
    on_duty.get_by_role("link", name="手工立案").click()
    on_duty.get_by_label("来源").select_option("telephone")
    on_duty.get_by_label("类别").select_option("fire")
    on_duty.get_by_label("地点").fill("文化广场北侧停车场")
    on_duty.get_by_label("情况描述").fill("群众来电：有车辆堵塞消防通道" + LONG)
    on_duty.locator("#photos").set_input_files(png(tmp_path))
    shoot(on_duty, "case-new")
    on_duty.get_by_role("button", name="立案", exact=True).click()
    expect(on_duty.locator(".files li")).to_contain_text("现场照片.png")
    code = on_duty.url.rpartition("/")[2]
    service = duty_desk.desk.service
    viewer = next(each for each in service.officers.list() if each.name == "zhangwei")
    view = service.case(viewer, code)
    assert (view.row.origin, view.row.place) == (Origin.TELEPHONE, "文化广场北侧停车场")
    assert [each.media_type for each in view.attachments] == ["image/png"]
    width = on_duty.evaluate("document.documentElement.scrollWidth")
    assert width <= SCREEN["width"]  # long texts break, not the page
    shoot(on_duty, "case-by-hand")
    assert (watch.errors, watch.outside) == ([], [])


def test_what_was_typed_is_there_again_after_a_reload(on_duty: Page, duty_desk: DutyDesk) -> None:
    code = duty_desk.open_case(ROAD, ago=MINUTE)
    on_duty.goto(f"{duty_desk.url}/case/{code}")
    on_duty.get_by_role("button", name="误报…").click()
    on_duty.get_by_label("误报原因").fill("写到一半")
    on_duty.reload()
    expect(on_duty.get_by_text("草稿已恢复")).to_be_visible()
    expect(on_duty.get_by_label("误报原因")).to_have_value("写到一半")
    confirm(on_duty, "已按误报办结。")
    assert on_duty.evaluate("Object.keys(localStorage).length") == 0


def test_the_dossier_prints_once_it_is_registered(
    on_duty: Page, duty_desk: DutyDesk, tmp_path: Path
) -> None:
    code = duty_desk.open_case(LAWN, ago=MINUTE)
    on_duty.goto(f"{duty_desk.url}/case/{code}")
    on_duty.emulate_media(media="print")
    expect(on_duty.locator(".journal")).to_be_hidden()
    expect(on_duty.locator(".print-refusal")).to_be_visible()
    on_duty.emulate_media(media="screen")
    on_duty.get_by_role("button", name="打印").click()
    on_duty.wait_for_selector("body.is-registered")
    on_duty.emulate_media(media="print")
    for part in (".print-title", ".print-foot", ".facts", "#snapshot", ".journal", ".files"):
        expect(on_duty.locator(part)).to_be_visible()
    for part in (".bar", ".actions", ".clip"):
        expect(on_duty.locator(part)).to_be_hidden()
    paper = on_duty.pdf(path=tmp_path / "dossier.pdf", prefer_css_page_size=True)
    assert paper.startswith(b"%PDF-")
    assert paper.count(b"/Type /Page\n") >= 1
    assert duty_desk.desk.service.register.written[RegisterAction.EXPORTED_DOSSIER] == 1
