"""What axe-core finds wrong with a page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

SERIOUS = frozenset({"serious", "critical"})


def serious_faults(page: Page) -> list[str]:
    """The serious and critical ones, one line an element; none is well."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install .[dev]")
    response: dict[str, Any] = axe.Axe().run(page).response
    return [
        f"{fault['id']} ({fault['impact']}): {node['html'][:200]} {node['failureSummary']}"
        for fault in response["violations"]
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]
