from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from deploy.garbage import OLDER, YOUNG, collect_rarely


@pytest.fixture
def collector() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("collector")
def test_what_a_started_node_consists_of_is_not_looked_through_again() -> None:
    consists_of = [[number] for number in range(1000)]
    frozen = gc.get_freeze_count()
    collect_rarely()
    assert gc.get_freeze_count() - frozen >= len(consists_of)
    assert gc.get_threshold() == (YOUNG, *OLDER)


@pytest.mark.usefixtures("collector")
def test_what_comes_later_is_still_collected() -> None:
    collect_rarely()
    later: list[object] = []
    later.append(later)
    del later
    assert gc.collect() >= 1
