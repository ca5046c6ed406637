from __future__ import annotations

from threading import Condition, Thread

import pytest

from ingest.frame import CameraId
from ingest.mailbox import Mailbox
from tests.unit.ingest.clips import frame


def mailbox(changed: Condition | None = None, *, capacity: int = 2) -> Mailbox:
    return Mailbox(CameraId("cam"), changed or Condition(), capacity=capacity, clock=lambda: 5.0)


def numbers(box: Mailbox) -> list[int]:
    return [handed.frame.at.number for _ in range(len(box)) if (handed := box.pop())]


def test_the_oldest_frame_is_discarded_and_counted() -> None:
    box = mailbox(capacity=2)
    for number in (1, 2, 3):
        box.put(frame(number))
    assert box.discarded == 1
    assert numbers(box) == [2, 3]
    assert box.pop() is None


def test_a_frame_says_when_it_was_handed_over() -> None:
    box = mailbox()
    box.put(frame(1))
    handed = box.pop()
    assert handed is not None
    assert handed.at_s == 5.0


def test_one_condition_wakes_a_reader_of_many_mailboxes() -> None:
    changed = Condition()
    boxes = [mailbox(changed) for _ in range(3)]
    got: list[int] = []

    def read() -> None:
        with changed:
            assert changed.wait_for(lambda: any(map(len, boxes)), timeout=5)
        got.extend(number for box in boxes for number in numbers(box))

    reader = Thread(target=read)
    reader.start()
    boxes[2].put(frame(7))
    reader.join(5)
    assert got == [7]


def test_a_mailbox_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="below 1"):
        mailbox(capacity=0)
