"""The log-in form: plain HTML without NiceGUI, so that no stranger ever gets a websocket."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from fastapi.responses import HTMLResponse

from alerts.desk.pages.frame import TITLE
from alerts.desk.pages.html_template import template
from alerts.desk.pages.words import Words

PAGE_WORDS = [
    "brand",
    "sign_in",
    "sign_in_about",
    "name",
    "password",
    "privacy",
    "other_language",
    "other_lang",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInForm:
    """What the form shows; every value may come from outside and is escaped.

    Attributes:
        lang: The language chosen on this form, kept after the log-in; empty where none was.
        back: Path to go to after the log-in.
        message: Why the last attempt failed, or why the officer is here again.
    """

    words: Words
    lang: str = ""
    back: str = "/"
    name: str = ""
    message: str = ""

    def response(self, status_code: int = 200) -> HTMLResponse:
        """The page; never cached, for it may hold a name."""
        values = {key: escape(value) for key, value in self._values().items()}
        page = template("sign_in.html").substitute(values, message=self._notice(), **self._focus())
        return HTMLResponse(page, status_code, headers={"Cache-Control": "no-store"})

    def _values(self) -> dict[str, str]:
        return {
            **self.words.some(*PAGE_WORDS),
            "title": TITLE,
            "locale": self.words.locale,
            "lang": self.lang,
            "next": self.back,
            "next_query": quote(self.back, safe="/"),
            "name_value": self.name,
        }

    def _notice(self) -> str:
        if not self.message:
            return ""
        return f'<p class="notice bad" role="alert">{escape(self.message)}</p>'

    def _focus(self) -> dict[str, str]:
        is_named = bool(self.name)
        return {
            "focus_name": "" if is_named else "autofocus",
            "focus_password": "autofocus" if is_named else "",
        }
