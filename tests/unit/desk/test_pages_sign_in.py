from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

import httpx
import pytest
from fastapi import FastAPI

from alerts.desk.cookie import SESSION_COOKIE
from alerts.desk.pages.sign_in_routes import own_path, sign_in_routes
from alerts.desk.views import Language
from tests.fake_desk import PASSWORD, FakeDesk

RIGHT = {"name": "zhang", "password": PASSWORD, "next": "/case/A-1"}


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


class FormClient:
    """A browser without scripts: keeps cookies, follows nothing."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self.cookies = httpx.Cookies()

    def get(self, path: str, params: Mapping[str, str] | None = None) -> httpx.Response:
        return self._ask(httpx.Request("GET", f"http://desk{path}", params=params))

    def post(
        self,
        path: str,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        return self._ask(httpx.Request("POST", f"http://desk{path}", data=data, headers=headers))

    def _ask(self, request: httpx.Request) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, cookies=self.cookies) as client:
                self.cookies.set_cookie_header(request)
                answer = await client.send(request)
                self.cookies = client.cookies
                return answer

        return asyncio.run(ask())


@pytest.fixture
def browser(desk: FakeDesk) -> FormClient:
    app = FastAPI()
    app.include_router(sign_in_routes(desk))
    return FormClient(app)


def test_the_right_password_leads_on_with_a_cookie_no_script_reads(
    browser: FormClient, desk: FakeDesk
) -> None:
    answer = browser.post("/login", data=RIGHT)
    assert (answer.status_code, answer.headers["location"]) == (303, "/case/A-1")
    assert browser.cookies[SESSION_COOKIE] in desk.living
    assert "HttpOnly" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "用户名或密码不正确。"), ("en", "Wrong name or password.")]
)
def test_a_wrong_password_is_answered_in_words(browser: FormClient, lang: str, said: str) -> None:
    answer = browser.post("/login", data={**RIGHT, "password": "wrong", "lang": lang})
    assert said in answer.text
    assert "wrong" not in answer.text
    assert SESSION_COOKIE not in browser.cookies


def test_a_locked_account_says_how_long(browser: FormClient, desk: FakeDesk) -> None:
    desk.locked_for_s = 290
    assert "约 5 分钟后再试" in browser.post("/login", data=RIGHT).text


def test_what_was_typed_comes_back_as_text_only(browser: FormClient) -> None:
    evil = '"><script>alert(1)</script>'
    answer = browser.post("/login", data={"name": evil, "password": "x", "next": "/" + evil})
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "<script>" not in browser.get("/login", params={"next": "/" + evil}).text


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://desk:81"])
def test_another_site_cannot_log_an_officer_in(browser: FormClient, origin: str) -> None:
    answer = browser.post("/login", data=RIGHT, headers={"Origin": origin})
    assert answer.status_code == 403
    assert SESSION_COOKIE not in browser.cookies


def test_log_out_ends_the_session(browser: FormClient, desk: FakeDesk) -> None:
    browser.post("/login", data=RIGHT)
    assert browser.get("/session-check").json() == {"signed_in": True}
    answer = browser.post("/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert desk.living == set()
    assert browser.get("/session-check").json() == {"signed_in": False}


def test_another_site_cannot_log_an_officer_out(browser: FormClient, desk: FakeDesk) -> None:
    browser.post("/login", data=RIGHT)
    browser.post("/logout", headers={"Origin": "http://evil.example"})
    assert len(desk.living) == 1


@pytest.mark.parametrize(
    ("account", "link", "kept"),
    [("zh", "en", "en"), ("en", "zh-CN", "zh"), ("en", "", "en"), ("zh", "fr", "zh")],
)
def test_the_language_chosen_at_the_log_in_stays(
    browser: FormClient, desk: FakeDesk, account: Language, link: str, kept: str
) -> None:
    desk.set_language(desk.officer, account)
    form = browser.get("/login", params={"lang": link}).text
    (lang,) = re.findall(r'name="lang" value="([^"]*)"', form)
    browser.post("/login", data={**RIGHT, "lang": lang})
    assert desk.officer.language == kept


@pytest.mark.parametrize("path", ["/", "/case/A-1", "/?status=closed"])
def test_a_path_of_the_desk_is_kept(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "elsewhere",
    ["", "case", "//evil.example", "/\\evil.example", "http://evil.example", "/\r\nX: 1", "/案"],
)
def test_other_addresses_lead_to_the_queue(elsewhere: str) -> None:
    assert own_path(elsewhere) == "/"
