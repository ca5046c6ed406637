from __future__ import annotations

from threading import Condition

import pytest

from ingest.mailbox import Mailbox
from tests.factories import CAMERA, frame, frame_time


def mailbox(capacity: int = 2) -> Mailbox:
    return Mailbox(CAMERA, Condition(), capacity=capacity, clock=lambda: 7.0)


def test_a_full_mailbox_discards_the_oldest_and_counts_it() -> None:
    box = mailbox(capacity=2)
    for number in (1, 2, 3):
        box.put(frame(frame_time(number=number)))
    numbers = [handed.frame.at.number for handed in iter(box.pop, None)]
    assert (numbers, box.discarded) == ([2, 3], 1)


def test_a_frame_carries_when_it_was_handed_over() -> None:
    box = mailbox()
    box.put(frame())
    handed = box.pop()
    assert handed is not None
    assert handed.at_s == 7.0


def test_an_empty_mailbox_gives_nothing() -> None:
    assert mailbox().pop() is None
    assert len(mailbox()) == 0


def test_a_mailbox_holds_something() -> None:
    with pytest.raises(ValueError, match="below 1"):
        mailbox(capacity=0)
