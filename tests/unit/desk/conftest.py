"""A desk without threads, on a SQLite file and a bus in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk_factories import desk_site
from tests.desk_rig import DeskRig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeskRig]:
    """Ready to be used."""
    with DeskRig(desk_site(tmp_path)) as started:
        yield started
