from __future__ import annotations

from dataclasses import replace
from threading import Thread

import pytest

from ingest.arrivals import Arrivals
from ingest.frame import CameraId, Frame, FrameUse
from ingest.mailbox import Mailbox
from tests.unit.ingest.clips import frame


def mailbox(arrivals: Arrivals | None = None, *, capacity: int = 2) -> Mailbox:
    return Mailbox(CameraId("cam"), arrivals or Arrivals(), capacity=capacity, clock=lambda: 5.0)


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


def test_what_waits_gives_way_to_something_newer() -> None:
    box = mailbox()
    box.renew(frame(1))
    assert len(box) == 0  # it asks for no turn of its own
    for number in (2, 3):
        box.put(frame(number))
    box.renew(frame(4))
    assert numbers(box) == [2, 4]
    assert box.discarded == 0


def test_what_is_caught_up_is_not_renewed() -> None:
    box = mailbox()
    box.put(late(1))
    box.renew(frame(2))
    assert drained(box) == [1]


def test_nothing_newer_overtakes_what_is_caught_up_on() -> None:
    box = mailbox()
    box.put(frame(1))
    box.put(late(2))
    box.renew(frame(3))
    assert drained(box) == [1, 2]


def test_one_condition_wakes_a_reader_of_many_mailboxes() -> None:
    arrivals = Arrivals()
    boxes = [
        Mailbox(CameraId(name), arrivals, capacity=2, clock=lambda: 5.0) for name in ("a", "b", "c")
    ]
    got: list[int] = []

    def read() -> None:
        with arrivals.changed:
            assert arrivals.changed.wait_for(lambda: arrivals.waiting, timeout=5)
        got.extend(number for box in boxes for number in numbers(box))

    reader = Thread(target=read)
    reader.start()
    boxes[2].put(frame(7))
    reader.join(5)
    assert got == [7]
    assert not arrivals.waiting


def test_a_mailbox_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="below 1"):
        mailbox(capacity=0)


def late(number: int, time_s: float = 0.0, session: str = "s") -> Frame:
    return replace(frame(number, time_s, session), use=FrameUse.CAUGHT_UP)


def drained(box: Mailbox) -> list[int]:
    got = []
    while (handed := box.pop() or box.pop_late()) is not None:
        got.append(handed.frame.at.number)
    return got


def test_caught_up_frames_and_the_live_ones_behind_them_keep_their_order() -> None:
    box = mailbox()
    box.put(frame(1))
    for number in (2, 3, 4, 5):
        box.put(late(number))
    box.put(frame(6))
    assert len(box) == 6
    assert drained(box) == [1, 2, 3, 4, 5, 6]
    assert box.discarded == 0


def test_a_live_frame_is_a_turn_that_serves_the_oldest_caught_up_one() -> None:
    box = mailbox()
    for number in (1, 2, 3):
        box.put(late(number))
    assert box.pop() is None
    box.put(frame(4))
    assert numbers(box) == [1]
    assert drained(box) == [2, 3, 4]


def test_once_caught_up_frames_are_live_again() -> None:
    box = mailbox(capacity=1)
    box.put(late(1))
    box.put(frame(2))
    assert drained(box) == [1, 2]
    box.put(frame(3))
    box.put(frame(4))
    assert box.pop_late() is None
    assert numbers(box) == [4]


def test_what_the_catch_up_list_gives_up_is_counted_as_discarded() -> None:
    box = mailbox()
    for number in range(1, 31):
        box.put(late(number, number / 5))
    for number in range(31, 41):
        box.put(frame(number, number / 5))
    assert box.discarded == 40 - len(box)
    assert drained(box)[-1] == 40


def test_a_mailbox_is_late_while_its_next_frame_is() -> None:
    box = mailbox()
    box.put(frame(1))
    box.put(late(2))
    assert not box.is_late
    box.pop()
    assert box.is_late
    box.pop_late()
    assert not box.is_late


def test_of_a_session_that_is_over_nothing_is_caught_up() -> None:
    box = mailbox()
    box.put(late(1, 100.0, "old"))
    box.put(late(2, 0.0, "new"))
    assert drained(box) == [2]
    assert box.discarded == 1
