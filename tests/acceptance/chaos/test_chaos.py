"""Fifty faults within three minutes; `make chaos` makes a thousand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.chaos.disk import SmallDisk
from tests.acceptance.chaos.report import State
from tests.acceptance.chaos.run import run

pytestmark = [pytest.mark.mqtt, pytest.mark.timeout(420)]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A run that fails leaves its small disk mounted, to go on from."""
    yield tmp_path
    SmallDisk(tmp_path / "node").unmount()


def test_nothing_is_lost_or_doubled_over_fifty_faults(folder: Path) -> None:
    report = run(State(seed=20_240, faults=50, every_s=(3.0, 4.0)), folder)
    assert (report.lost, report.doubled) == (0, 0), report.findings
    assert report.faults == 50
    assert report.overlapping > 20  # else they healed before the next
    assert report.alerts > 100  # else nothing was at stake
