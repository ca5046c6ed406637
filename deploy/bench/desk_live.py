"""`bench desk`: how fast a change is on every open page, and what fifty of them take in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx

from deploy.bench.desk_clients import Clients
from deploy.bench.desk_pages import PAGE_MS, chromium, signed_in
from deploy.bench.desk_rig import DeskRig
from deploy.bench.process_usage import usage_of
from deploy.bench.slope import line_through

CLIENTS = 50
BROWSERS = 2
CHANGES = 20
REST_S = 1.5
"""Between changes; a page is drawn at most twice a second."""
SETTLE_S = 60.0
"""A process that has just begun grows for other reasons."""
LOOK_S = 5.0
_GONE = """
(code) => { window.benchGone = new Promise((done) => {
  const look = () => document.querySelector(`[data-code="${code}"]`) ?
    requestAnimationFrame(look) : done(Date.now()); look(); }); }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFigures:
    """What was measured with all pages open.

    Attributes:
        push_ms: Of the slowest page, for the worst of the changes but one in twenty.
        clients_lost: Connections that ended on the way; the pages were loaded again.
    """

    push_ms: float
    sockets_push_ms: float
    browsers_push_ms: float
    clients: int
    clients_lost: int
    memory_mb: float
    memory_mb_per_hour: float


def run_live(rig: DeskRig, pid: int, *, memory_s: float, say: Callable[[str], None]) -> LiveFigures:
    """Open the pages, accept cases and watch; then let an hour pass, or as long as is wanted."""
    token = rig.token("county")
    clients = Clients(rig.url, token, CLIENTS)
    with ExitStack() as stack:
        officer = stack.enter_context(rig.client("county"))
        stack.enter_context(clients.connected())
        browser = stack.enter_context(chromium())
        pages: list[Any] = [
            stack.enter_context(signed_in(browser, rig.url, token)) for _ in range(BROWSERS)
        ]
        for page in pages:
            page.goto(rig.url, wait_until="networkidle", timeout=PAGE_MS)
        say(f"{clients.open_now} sockets and {BROWSERS} browser pages are open")
        sockets, browsers = _changes(officer, clients, pages)
        rss_mb, slope = _memory(officer, pid, memory_s, say)
        return LiveFigures(
            push_ms=max(_worst(sockets), _worst(browsers)),
            sockets_push_ms=_worst(sockets),
            browsers_push_ms=_worst(browsers),
            clients=clients.open_now,
            clients_lost=clients.lost,
            memory_mb=rss_mb,
            memory_mb_per_hour=slope,
        )


def _changes(
    officer: httpx.Client, clients: Clients, pages: list[Any]
) -> tuple[list[float], list[float]]:
    """By change, milliseconds until the last of the sockets and of the browsers had it."""
    sockets, browsers = list[float](), list[float]()
    for _ in range(CHANGES):
        time.sleep(REST_S)
        row = _pending(officer)
        for page in pages:
            page.evaluate(_GONE, row["code"])
        began = _accept(officer, row)
        sockets.append(max(clients.gone_ms(row["code"], began)))
        gone = [float(page.evaluate("() => window.benchGone")) for page in pages]
        browsers.append(max(gone) - began * 1000)
    return sockets, browsers


def _pending(officer: httpx.Client) -> dict[str, Any]:
    """The newest case that waits; it is on the first page of everybody."""
    asked: dict[str, str | int] = {"status": "pending", "limit": 1}
    (row,) = officer.get("/api/cases", params=asked).raise_for_status().json()["rows"]
    return dict(row)


def _accept(officer: httpx.Client, row: dict[str, Any]) -> float:
    """Accept it; when that was asked, Unix time."""
    began = time.time()
    asked = {"expected_version": row["version"]}
    officer.post(f"/api/cases/{row['code']}/accept", json=asked).raise_for_status()
    return began


def _memory(
    officer: httpx.Client, pid: int, seconds: float, say: Callable[[str], None]
) -> tuple[float, float]:
    """MB now and MB an hour, while something changes every few seconds."""
    if seconds <= 0:
        return usage_of(pid).rss_bytes / 1e6, float("nan")
    say(f"memory: {seconds:.0f} s")
    began, times, sizes = time.monotonic(), list[float](), list[float]()
    while (passed := time.monotonic() - began) < SETTLE_S + seconds:
        _accept(officer, _pending(officer))
        if passed > SETTLE_S:
            times.append(passed / 3600)
            sizes.append(usage_of(pid).rss_bytes / 1e6)
        time.sleep(LOOK_S)
    return sizes[-1], line_through(times, sizes).slope


def _worst(times: list[float]) -> float:
    return sorted(times)[max(0, int(len(times) * 0.95) - 1)]
