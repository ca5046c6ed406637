"""What a demo did, asked of its node and its desk over HTTP as anybody else would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import numpy as np
from prometheus_client.parser import text_string_to_metric_families

from alerts.case import Origin

TIMEOUT_S = 10.0
PAGE = 100
MOST_LATENCIES = 100
"""Of the newest cases, one question each: a demo that ran all day must still end in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFigures:
    """The demo's result; latencies from `captured_at` of the raising frame to the open case."""

    cameras: int
    frames_decoded: int
    frames_analysed: int
    frames_dropped: int
    alerts: int
    cases: int
    p50_ms: float | None
    p99_ms: float | None
    cases_by_camera: dict[str, int]


def collect(node_url: str, desk_url: str, log_in: tuple[str, str], cameras: int) -> DemoFigures:
    """Ask node and desk; raises httpx.HTTPError where one does not answer."""
    totals = _node_totals(node_url)
    with httpx.Client(base_url=desk_url, timeout=TIMEOUT_S) as desk:
        name, password = log_in
        desk.post("/api/session", json={"name": name, "password": password}).raise_for_status()
        cases = list(_cases(desk))
        latencies = [_latency_ms(desk, case["code"]) for case in cases[:MOST_LATENCIES]]
    return DemoFigures(
        cameras=cameras,
        frames_decoded=totals["xueliang_frames_decoded_total"],
        frames_analysed=totals["xueliang_frames_analysed_total"],
        frames_dropped=totals["xueliang_frames_dropped_total"],
        alerts=sum(case["alert_count"] for case in cases),
        cases=len(cases),
        p50_ms=_percentile(latencies, 50),
        p99_ms=_percentile(latencies, 99),
        cases_by_camera=dict(Counter(case["camera_id"] for case in cases)),
    )


def _node_totals(node_url: str) -> Counter[str]:
    text = httpx.get(f"{node_url}/metrics", timeout=TIMEOUT_S).raise_for_status().text
    totals: Counter[str] = Counter()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            totals[sample.name] += int(sample.value)
    return totals


def _cases(desk: httpx.Client) -> Iterator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        query = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
        page = desk.get("/api/cases", params=query).raise_for_status().json()
        yield from (row for row in page["rows"] if row["origin"] == Origin.ALERT)
        cursor = page["next_cursor"]
        if cursor is None:
            return


def _latency_ms(desk: httpx.Client, code: str) -> float:
    case = desk.get(f"/api/cases/{code}").raise_for_status().json()
    opened = next(entry["at"] for entry in case["journal"] if entry["kind"] == "opened")
    raised = min(alert["raised_at"] for alert in case["alerts"])
    return (datetime.fromisoformat(opened) - datetime.fromisoformat(raised)).total_seconds() * 1e3


def _percentile(values: list[float], percent: float) -> float | None:
    return round(float(np.percentile(values, percent)), 1) if values else None
