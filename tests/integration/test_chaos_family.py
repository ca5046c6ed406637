"""A part of several processes is killed and frozen as a whole."""

from __future__ import annotations

import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.chaos.family import Family

PATIENCE_S = 10.0
TWO_CHILDREN = """
import subprocess, sys, time
for _ in range(2):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
time.sleep(60)
"""


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    """One parent, two children in sessions of their own, as PostgreSQL's are."""
    family = Family("family", [sys.executable, "-c", TWO_CHILDREN], tmp_path / "log")
    family.tick(0.0)
    until(lambda: len(members(family)) == 3)
    yield family
    family.end(signal.SIGKILL, 0.0)


def members(family: Family) -> list[int]:
    children = Path(f"/proc/{family.pid}/task/{family.pid}/children").read_text("ascii")
    return [family.pid or 0, *map(int, children.split())]


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return "gone"


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_all_are_killed(family: Family) -> None:
    pids = members(family)
    family.end(signal.SIGKILL, 0.0)
    assert {state(pid) for pid in pids} <= {"gone", "Z"}
    assert not family.is_running


def test_all_are_frozen_and_thawed(family: Family) -> None:
    pids = members(family)
    family.freeze(1.0)
    until(lambda: {state(pid) for pid in pids} == {"T"})
    assert family.is_running
    assert not family.is_whole
    family.tick(1.0)
    until(lambda: "T" not in {state(pid) for pid in pids})
    assert family.is_whole


def test_one_child_is_killed_and_the_parent_lives(family: Family) -> None:
    pids = members(family)
    family.end_one(random.Random(1))
    until(lambda: [state(pid) for pid in pids[1:]].count("S") == 1)
    assert family.is_whole
