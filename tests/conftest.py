"""Fixtures shared by every tier."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ("tests.leaks",)

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Recordings and ground truth beside the repository; skips where they are absent."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"recordings are absent: {folder} does not exist")
    return folder
