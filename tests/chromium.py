"""Debian's Chromium through Playwright, as an officer's browser; skips where it is absent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREEN: ViewportSize = {"width": 1366, "height": 768}
"""The duty desk's old PC."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser until the end of the block."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is absent: install Debian's chromium and fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """What a page complains about and whom it asks.

    Attributes:
        errors: Errors on the console, and errors nobody caught.
        outside: Addresses asked that are not the desk's.
    """

    def __init__(self, page: Page, desk_url: str) -> None:
        self.errors: list[str] = []
        self.outside: list[str] = []
        self._desk_url = desk_url
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(f"{message.type}: {message.text} {message.location}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self._desk_url, "data:", "blob:")):
            self.outside.append(request.url)
