"""Acknowledgements leave in the order in which messages came."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alerts.ack_order import AckOrder


def test_an_acknowledgement_waits_for_the_earlier_ones() -> None:
    sent: list[int] = []
    order = AckOrder(sent.append)
    first, second, third = (order.received(mid) for mid in (7, 8, 9))
    third()
    second()
    assert sent == []
    first()
    assert sent == [7, 8, 9]
    first()
    assert sent == [7, 8, 9]


def test_after_a_break_old_acknowledgements_are_not_sent() -> None:
    sent: list[int] = []
    order = AckOrder(sent.append)
    old = order.received(1)
    order.forget()
    new = order.received(1)
    old()
    assert sent == []
    new()
    assert sent == [1]


@given(st.permutations(range(8)))
def test_whatever_order_they_are_dealt_with_they_leave_in_order(done: list[int]) -> None:
    sent: list[int] = []
    order = AckOrder(sent.append)
    acknowledge = [order.received(mid) for mid in range(8)]
    for index in done:
        acknowledge[index]()
        assert sent == list(range(len(sent)))
    assert sent == list(range(8))
    assert len(order) == 0
