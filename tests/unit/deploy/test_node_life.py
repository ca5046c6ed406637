"""Why a node ended."""

from __future__ import annotations

import pytest

from deploy.errors import NodeDiedError
from deploy.node_life import NodeLife


def test_the_first_reason_stays() -> None:
    life = NodeLife()
    life.die("rules", ValueError("first"))
    life.end_because("second")
    assert life.wait(0)
    with pytest.raises(NodeDiedError, match=r"rules died: ValueError\('first'\)"):
        life.check()


def test_a_part_that_dies_while_the_node_ends_is_no_fault() -> None:
    life = NodeLife()
    assert not life.wait(0)
    life.end()
    life.die("rules", ValueError())
    assert life.is_ending
    life.check()
    assert life.reason is None
