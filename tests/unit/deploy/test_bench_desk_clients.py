"""A page counts as told once it has heard the queue without the case."""

from __future__ import annotations

from math import inf

import pytest

from deploy.bench.desk_clients import Clients, HeardPage, Said


def page(*said: Said) -> HeardPage:
    found = HeardPage(query="")
    found.said.extend(said)
    return found


OLD = Said(at=99.0, text='take {"order":["B"]}')
STILL = Said(at=100.1, text='take {"order":["A","B"]}')
OTHER = Said(at=100.2, text='take {"equipment":[]}')
GONE = Said(at=100.3, text='take {"order":["B"]}')


@pytest.mark.parametrize(
    ("said", "after_ms"),
    [
        ((OLD, STILL, OTHER, GONE), 300.0),
        ((GONE,), 300.0),
        ((OLD,), inf),
        ((STILL, OTHER), inf),
        ((), inf),
    ],
)
def test_only_the_order_without_the_case_counts(said: tuple[Said, ...], after_ms: float) -> None:
    assert page(*said).gone_ms("A", since=100.0) == pytest.approx(after_ms)


def test_the_last_page_is_waited_for_no_longer_than_said() -> None:
    clients = Clients("http://127.0.0.1:1", "token", 2)
    clients.pages = [page(GONE), page()]
    assert clients.gone_ms("A", 100.0, within_s=0.0) == [pytest.approx(300.0), inf]
