"""Fifty faults within three minutes; `make chaos` makes a thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.chaos.report import State
from tests.acceptance.chaos.run import run

pytestmark = [pytest.mark.mqtt, pytest.mark.timeout(420)]


def test_nothing_is_lost_or_doubled_over_fifty_faults(tmp_path: Path) -> None:
    report = run(State(seed=20_240, faults=50, every_s=(3.0, 4.0)), tmp_path)
    assert (report.lost, report.doubled) == (0, 0), report.findings
    assert report.faults == 50
    assert report.overlapping > 20  # else they healed before the next
    assert report.alerts > 100  # else nothing was at stake
