"""`bench desk`: what an officer waits for in Chromium, and how fast a change reaches open pages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from shutil import which
from statistics import median

from alerts.desk.cookie import SESSION_COOKIE
from deploy.bench.desk_rig import DeskRig
from deploy.errors import BenchError

ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FILTERS = 20
OPENINGS = 5
PAGE_MS = 30_000
TABS = ("accepted", "closed", "all", "pending")
_PAINTED = """
(address) => new Promise((done) => {
  const began = performance.now();
  let last = began, quiet;
  const settle = () => requestAnimationFrame(() => requestAnimationFrame(() => {
    watcher.disconnect(); done(last - began); }));
  const watcher = new MutationObserver(() => {
    last = performance.now(); clearTimeout(quiet); quiet = setTimeout(settle, 250); });
  watcher.observe(document.body, {subtree: true, childList: true, attributes: true,
    characterData: true});
  quiet = setTimeout(settle, 3000);
  document.querySelector(`a.tab[href="${address}"]`).click();
})
"""
"""From a click on a tab to the last change of the page before a quarter of a second of rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFigures:
    """Milliseconds."""

    painted_p95_ms: float
    case_cold_ms: float
    case_warm_ms: float


def run_pages(rig: DeskRig) -> PageFigures:
    """Change tabs on an open queue, and open cases with an empty and with a filled cache.

    Raises:
        BenchError: Chromium or Playwright is missing.
    """
    with rig.client("county") as client:
        answer = client.get("/api/cases", params={"limit": OPENINGS}).raise_for_status()
    codes = [row["code"] for row in answer.json()["rows"]]
    token = rig.token("county")
    with chromium() as browser:
        painted = _painted(browser, rig.url, token)
        cold = [_opened(browser, rig.url, token, [code])[0] for code in codes]
        warm = _opened(browser, rig.url, token, codes)[1:]
    return PageFigures(
        painted_p95_ms=sorted(painted)[int(len(painted) * 0.95)],
        case_cold_ms=median(cold),
        case_warm_ms=median(warm),
    )


@contextmanager
def chromium() -> Iterator[object]:
    """A headless browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError as error:
        raise BenchError("the pages need playwright: pip install '.[dev]'") from error
    program = which("chromium")
    if program is None:
        raise BenchError("the pages need Debian's chromium and fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def signed_in(browser: object, url: str, token: str) -> Iterator[object]:
    """A page of an officer, on the duty desk's old screen, in a profile of its own."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})  # type: ignore[attr-defined]
    context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": url}])
    try:
        yield context.new_page()
    finally:
        context.close()


def _painted(browser: object, url: str, token: str) -> list[float]:
    with signed_in(browser, url, token) as page:
        page.goto(url, wait_until="networkidle", timeout=PAGE_MS)  # type: ignore[attr-defined]
        found = []
        for number in range(FILTERS):
            tab = TABS[number % len(TABS)]
            address = "/" if tab == "pending" else f"/?status={tab}"
            found.append(float(page.evaluate(_PAINTED, address)))  # type: ignore[attr-defined]
        return found


def _opened(browser: object, url: str, token: str, codes: list[str]) -> list[float]:
    """Until the code stands on the page, one case after the other with one cache."""
    found = []
    with signed_in(browser, url, token) as page:
        for code in codes:
            began = time.perf_counter()
            page.goto(f"{url}/case/{code}", timeout=PAGE_MS)  # type: ignore[attr-defined]
            seen = page.get_by_text(code).filter(visible=True)  # type: ignore[attr-defined]
            seen.first.wait_for(timeout=PAGE_MS)  # the dossier's title is for the printer alone
            found.append((time.perf_counter() - began) * 1000)
    return found
