"""`bench desk`: the desk on a database of a million cases, each figure beside its bar."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.bench.bench_broker import bench_broker
from deploy.bench.desk_api import ApiFigures, p95, run_api
from deploy.bench.desk_burst import Burst, run_burst
from deploy.bench.desk_database import bench_database
from deploy.bench.desk_live import LiveFigures, run_live
from deploy.bench.desk_pages import PageFigures, run_pages
from deploy.bench.desk_rig import desk_rig
from deploy.bench.machine import machine

Say = Callable[[str], None]

PARTS = frozenset(("burst", "api", "pages", "live"))

BARS = {
    "queue_p95_ms": (50.0, "queue, 95 of 100 answers at the API"),
    "search_p95_ms": (50.0, "search by code, time, camera, rule …"),
    "text_p95_ms": (300.0, "search by free text"),
    "painted_p95_ms": (300.0, "from a filter to the last row on the page"),
    "push_ms": (500.0, "a change on 50 sockets and 2 browser pages"),
    "case_warm_ms": (1000.0, "a case, warm browser cache"),
    "case_cold_ms": (2500.0, "a case, cold browser cache"),
    "burst_per_s": (2000.0, "alerts a second that waited at the broker"),
    "lost": (0.0, "alerts lost"),
}
AT_LEAST = frozenset({"burst_per_s"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskResult:
    """Everything that was measured; a part that was left out is None."""

    cases: int
    database: str
    broker: str
    api: ApiFigures | None = None
    burst: Burst | None = None
    pages: PageFigures | None = None
    live: LiveFigures | None = None

    def as_json(self) -> dict[str, Any]:
        """Figures by name, with the machine."""
        found: dict[str, Any] = {
            "cases": self.cases,
            "database": self.database,
            "broker": self.broker,
        }
        if self.api is not None:
            for name in ("queue", "search", "text"):
                found[f"{name}_p95_ms"] = round(p95(getattr(self.api, name)), 1)
                found[f"{name}_answers"] = len(getattr(self.api, name))
        if self.burst is not None:
            found["burst_per_s"] = round(self.burst.per_s)
            found |= {"burst_alerts": self.burst.alerts, "lost": self.burst.lost}
        for part in (self.pages, self.live):
            if part is not None:
                found |= {key: _rounded(value) for key, value in asdict(part).items()}
        return found | {"machine": machine()}

    def table(self) -> str:
        """A line a figure, with its bar."""
        found = self.as_json()
        lines = [f"{self.cases} cases, {self.database}, {self.broker}"]
        for name, (bar, meaning) in BARS.items():
            if name in found:
                holds = found[name] >= bar if name in AT_LEAST else found[name] <= bar
                word = ">=" if name in AT_LEAST else "<="
                lines.append(
                    f"{found[name]:>10} {word} {bar:<6g} {'ok' if holds else 'MISSED':<7} {meaning}"
                )
        if self.live is not None:
            memory = f"{self.live.memory_mb:.0f} MB, {found['memory_mb_per_hour']} MB an hour"
            lines.append(f"memory with {self.live.clients} clients: {memory}")
        return "\n".join(lines)


def run_desk_bench(
    database: str, cases: int, *, parts: frozenset[str] = PARTS, memory_s: float = 0.0, say: Say
) -> DeskResult:
    """Seed or copy the database, and measure the parts that are named.

    Raises:
        BenchError: Something is missing, or the desk does not answer.
    """
    measured: dict[str, Any] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xueliang-")))
        broker = stack.enter_context(bench_broker(folder))
        url = stack.enter_context(bench_database(database, cases, folder, say))
        rig = desk_rig(url, broker, folder)
        if "burst" in parts:
            measured["burst"] = run_burst(rig, say)
        if parts - {"burst"}:
            with rig.running() as desk:
                if "api" in parts:
                    say("queue and search at the API")
                    measured["api"] = run_api(rig)
                if "pages" in parts:
                    say("pages in Chromium")
                    measured["pages"] = run_pages(rig)
                if "live" in parts:
                    assert desk.pid is not None
                    measured["live"] = run_live(rig, desk.pid, memory_s=memory_s, say=say)
    return DeskResult(cases=cases, database=url.split(":", 1)[0], broker=broker.name, **measured)


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 1)
