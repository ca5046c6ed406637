"""Fixtures shared by every tier."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.log import StderrHandler

pytest_plugins = ("tests.leaks",)

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Recordings and ground truth beside the repository; skips where they are absent."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"recordings are absent: {folder} does not exist")
    return folder


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of the tiers in turn: those that wait for servers run beside those that compute."""
    files = list(dict.fromkeys(item.path for item in items))
    places = dict[Path, float]()
    for tier in dict.fromkeys(map(_tier, files)):
        of_tier = [file for file in files if _tier(file) == tier]
        places |= {file: number / len(of_tier) for number, file in enumerate(of_tier)}
    items.sort(key=lambda item: places[item.path])


def _tier(file: Path) -> str:
    return file.relative_to(REPOSITORY).parts[1]


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """A command run in this process logs to a stderr that ends with its test."""
    root = logging.getLogger()
    level = root.level
    yield
    for handler in [each for each in root.handlers if isinstance(each, StderrHandler)]:
        root.removeHandler(handler)
        root.setLevel(level)
