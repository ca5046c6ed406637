"""The desk is killed while an officer writes, and started again: nothing is lost or doubled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.case_page import press
from tests.acceptance.conftest import sign_in
from tests.acceptance.desk_process import DeskProcess, desk_process
from tests.acceptance.test_desk_case_loop import confirm
from tests.chromium import Watch

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

BACK_MS = 60_000
"""Until the page has found the desk again; it asks every few seconds."""
POLICE = "d:公安"
UNREACHABLE = re.compile(r"ERR_CONNECTION_REFUSED|WebSocket connection|ERR_CONNECTION_RESET")
"""What Chromium itself writes while nobody listens."""


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[DeskProcess]:
    with desk_process(tmp_path, database_url) as desk:
        yield desk


def open_by_hand(page: Page) -> str:
    """A telephone call becomes a case; its code."""
    page.get_by_role("link", name="手工立案").click()
    page.get_by_label("来源").select_option("telephone")
    page.get_by_label("类别").select_option("fire")
    page.get_by_label("地点").fill("文化广场北侧停车场")
    page.get_by_label("情况描述").fill("群众来电：有车辆堵塞消防通道")
    press(page, "立案")
    expect(page.locator(".journal li").first).to_be_visible()
    return page.url.rpartition("/")[2]


def journal(page: Page) -> list[dict[str, Any]]:
    """What the desk has stored of the case whose page it is."""
    answer = page.request.get(page.url.replace("/case/", "/api/cases/"))
    assert answer.ok
    entries: list[dict[str, Any]] = answer.json()["journal"]
    return entries


def notes(page: Page) -> list[str]:
    return [each["note"] for each in journal(page) if each["kind"] == "note"]


def begin_dispatch(page: Page) -> None:
    """Fill half of the form and put it aside."""
    press(page, "分流交办…")
    page.get_by_label("交给").select_option(POLICE)
    page.get_by_label("2 小时").check()
    page.get_by_label("处置说明").fill("请派员到停")
    press(page, "取消")


def expect_lost(page: Page) -> None:
    banner = page.locator("#popup")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text(re.compile(r"与值班台的连接已中断.*\d\d:\d\d:\d\d"))


def expect_back(page: Page, desk: DeskProcess, code: str) -> None:
    expect(page.locator("#popup")).to_be_hidden(timeout=BACK_MS)
    expect(page.get_by_text("草稿已恢复")).to_be_visible(timeout=BACK_MS)
    assert page.url == f"{desk.url}/case/{code}"  # the log-in holds


def test_what_was_half_written_when_the_desk_was_killed_is_sent_once(
    page: Page, desk: DeskProcess
) -> None:
    watch = Watch(page, desk.url)
    sign_in(page, desk.url)
    code = open_by_hand(page)
    begin_dispatch(page)
    press(page, "补充记录…")
    page.get_by_label("处置说明").fill("已电话联系车主，")

    desk.kill()
    expect_lost(page)
    page.get_by_label("处置说明").press_sequentially("车主十分")  # an officer types on
    press(page, "确定")  # nobody hears it
    desk.start()
    expect_back(page, desk, code)
    assert notes(page) == []
    expect(page.get_by_label("处置说明")).to_have_value("已电话联系车主，车主十分")
    page.get_by_label("处置说明").press_sequentially("钟后到")
    confirm(page, "已记录。")

    press(page, "分流交办…")
    expect(page.get_by_label("交给")).to_have_value(POLICE)
    expect(page.get_by_label("2 小时")).to_be_checked()
    page.get_by_label("处置说明").press_sequentially("车场")
    confirm(page, "已交办。")
    expect(page.locator(".headline .status")).to_have_text("已交办")

    assert notes(page) == ["已电话联系车主，车主十分钟后到"]
    dispatched = [each for each in journal(page) if each["to_status"] == "dispatched"]
    assert [each["note"] for each in dispatched] == ["请派员到停车场"]
    assert page.evaluate("Object.keys(localStorage).length") == 0
    assert [each for each in watch.errors if not UNREACHABLE.search(each)] == []
    assert watch.outside == []
