"""Fifty faults within four minutes, on both databases; `make chaos` makes a thousand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.chaos.database import Kind, remove_database
from tests.acceptance.chaos.disk import SmallDisk
from tests.acceptance.chaos.leg import run_leg
from tests.acceptance.chaos.report import State

pytestmark = [pytest.mark.mqtt, pytest.mark.timeout(420)]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A run that fails leaves its small disk mounted and its database, to go on from."""
    yield tmp_path
    SmallDisk(tmp_path / "node").unmount()
    remove_database(tmp_path)


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_nothing_is_lost_or_doubled_over_25_faults(folder: Path, database: Kind) -> None:
    report = run_leg(State(seed=20_240, database=database, last=25, every_s=(3.0, 3.5)), folder)
    assert (report.lost, report.doubled) == (0, 0), report.findings
    assert report.faults == 25
    assert report.overlapping > 10  # else they healed before the next
    assert report.alerts > 10  # else nothing was at stake; a quiet machine makes hundreds
    assert report.evidence["stored"] > 10
