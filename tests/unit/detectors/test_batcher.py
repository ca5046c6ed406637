from __future__ import annotations

from dataclasses import replace
from threading import Event, Thread

import pytest

from detectors.batcher import MAX_AGE_S, MAX_WINDOW_S, MIN_WINDOW_S, Batcher
from ingest.arrivals import Arrivals
from ingest.frame import CameraId, FrameUse
from ingest.mailbox import Mailbox
from tests.factories import frame, frame_time


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.001  # every look costs time, so that windows close without sleeping
        return self.now


class Site:
    def __init__(self, *cameras: str, max_batch: int = 4, capacity: int = 2) -> None:
        self.clock = Clock()
        arrivals = Arrivals()
        self.mailboxes = {
            name: Mailbox(CameraId(name), arrivals, capacity=capacity, clock=self.clock)
            for name in cameras
        }
        self.batcher = Batcher(arrivals, max_batch, clock=self.clock)

    def put(self, camera: str, number: int = 1, *, use: FrameUse = FrameUse.LIVE) -> None:
        made = frame(frame_time(number=number, camera=camera))
        self.mailboxes[camera].put(replace(made, use=use))

    def batch(self) -> list[tuple[str, int]]:
        frames = self.batcher.next_batch()
        self.batcher.done(frames)
        return [(f.at.camera_id, f.at.number) for f in frames]


def test_a_batch_takes_one_frame_of_each_camera_before_a_second_of_any() -> None:
    site = Site("a", "b", "c")
    for number in (1, 2):
        site.put("a", number)
    site.put("b")
    site.put("c")
    assert site.batch() == [("a", 1), ("b", 1), ("c", 1), ("a", 2)]


def test_the_next_batch_begins_where_the_last_one_stopped() -> None:
    site = Site("a", "b", "c", max_batch=2)
    for camera in "abc":
        site.put(camera, 1)
        site.put(camera, 2)
    assert site.batch() == [("a", 1), ("b", 1)]
    assert site.batch() == [("c", 1), ("a", 2)]


def test_stale_frames_are_dropped_and_counted() -> None:
    site = Site("a", "b", max_batch=1)
    site.put("a")
    site.clock.now += MAX_AGE_S + 0.1
    site.put("b")
    assert site.batch() == [("b", 1)]
    assert site.batcher.stale == {"a": 1}


def test_caught_up_frames_come_after_the_live_ones_of_all_cameras_and_are_never_stale() -> None:
    site = Site("a", "b", "c", max_batch=4)
    for number in (1, 2, 3):
        site.put("a", number, use=FrameUse.CAUGHT_UP)
    site.clock.now += MAX_AGE_S + 0.1
    site.put("b")
    site.put("c")
    assert site.batch() == [("b", 1), ("c", 1), ("a", 1), ("a", 2)]
    assert site.batch() == [("a", 3)]
    assert site.batcher.stale == {}


def test_who_woke_first_is_with_the_present_first() -> None:
    site = Site("a", "b", max_batch=1)
    for number in (1, 2):
        for camera in "ba":
            site.put(camera, number, use=FrameUse.CAUGHT_UP)
    batches = [site.batch() for _ in range(4)]
    assert batches == [[("b", 1)], [("b", 2)], [("a", 1)], [("a", 2)]]


def test_a_lane_for_late_frames_takes_no_others() -> None:
    site = Site("a", "b", max_batch=1)
    site.put("a", 1)
    site.put("b", 1, use=FrameUse.CAUGHT_UP)
    site.put("b", 2, use=FrameUse.CAUGHT_UP)
    late = site.batcher.next_late()
    assert [(f.at.camera_id, f.at.number) for f in late] == [("b", 1)]
    assert site.batch() == [("a", 1)]  # b is under way
    site.batcher.done(late)
    assert site.batch() == [("b", 2)]


def test_a_lane_for_late_frames_is_woken_by_one_and_by_the_end() -> None:
    site, got, taken = Site("a"), list[list[int]](), Event()

    def take_two() -> None:
        for _ in range(2):
            frames = site.batcher.next_late()
            got.append([frame.at.number for frame in frames])
            site.batcher.done(frames)
            taken.set()

    waiting = Thread(target=take_two)
    waiting.start()
    site.put("a", 1)
    site.batch()
    site.put("a", 2, use=FrameUse.CAUGHT_UP)
    assert taken.wait(5)
    site.batcher.close()
    waiting.join(5)
    assert got == [[2], []]


def test_on_a_full_machine_a_woken_camera_keeps_its_share() -> None:
    site = Site("a", "b", "c", max_batch=3)
    for number in (1, 2, 3):
        site.put("a", number, use=FrameUse.CAUGHT_UP)
    for camera in "abc":
        site.put(camera, 4)
    assert sorted(site.batch()) == [("a", 1), ("b", 4), ("c", 4)]


def test_the_window_shrinks_when_busy_and_grows_when_lonely() -> None:
    site = Site("a", max_batch=4)
    for _ in range(60):
        site.put("a")
        site.batch()
    assert site.batcher.window_s == MAX_WINDOW_S
    busy = Site("a", "b", max_batch=2)
    for _ in range(10):
        busy.put("a")
        busy.put("b")
        busy.batch()
    assert busy.batcher.window_s == MIN_WINDOW_S


@pytest.mark.parametrize(
    ("waited_s", "order"),
    [(0.02, "abcdef"), (0.1, "defcba"), (0.3, "abcdef")],
    ids=["nobody waits for long", "it will be renewed", "it is late itself"],
)
def test_of_those_who_wait_longest_the_one_with_the_newest_frame_may_go_first(
    waited_s: float, order: str
) -> None:
    site = waiting("abcdef", "abcdef", waited_s)
    assert "".join(site.batch()[0][0] for _ in order) == order


@pytest.mark.parametrize(
    ("renewed", "order"), [("", "abcdef"), ("bcf", "abcdef"), ("ac", "cabdef")]
)
def test_who_is_not_held_back_waits_in_turn(renewed: str, order: str) -> None:
    site = waiting("abcdef", renewed, 0.1)
    assert "".join(site.batch()[0][0] for _ in order) == order


def waiting(cameras: str, renewed: str, waited_s: float) -> Site:
    """All cameras wait, the first for `waited_s`; of some a frame was held back just now."""
    site = Site(*cameras, max_batch=1)
    for camera in renewed:
        site.mailboxes[camera].renew(frame(frame_time(camera=camera)))
    site.put(cameras[0])
    site.clock.now += waited_s
    for camera in cameras[1:]:
        site.put(camera)
    return site


def test_a_camera_is_in_one_batch_at_a_time() -> None:
    site = Site("a", "b", max_batch=1)
    site.put("a", 1)
    site.put("a", 2)
    site.put("b", 1)
    first = site.batcher.next_batch()
    second = site.batcher.next_batch()
    assert [(f.at.camera_id, f.at.number) for f in (*first, *second)] == [("a", 1), ("b", 1)]
    site.batcher.done(first)
    assert site.batch() == [("a", 2)]


def test_what_a_lane_gives_back_wakes_another_that_waits_for_it() -> None:
    site = Site("a", max_batch=1)
    site.put("a", 1)
    site.put("a", 2)
    first = site.batcher.next_batch()
    got: list[list[tuple[str, int]]] = []
    thread = Thread(target=lambda: got.append(site.batch()))
    thread.start()
    site.batcher.done(first)
    thread.join(5)
    assert got == [[("a", 2)]]


def test_closing_ends_a_waiting_batcher() -> None:
    site = Site("a")
    got: list[list[tuple[str, int]]] = []
    thread = Thread(target=lambda: got.append(site.batch()))
    thread.start()
    site.batcher.close()
    thread.join(5)
    assert got == [[]]


def test_cameras_come_and_go_while_others_are_served() -> None:
    site = Site("a")
    box = site.batcher.open_mailbox(CameraId("b"))
    box.put(frame(frame_time(number=7, camera="b")))
    site.put("a")
    assert sorted(site.batch()) == [("a", 1), ("b", 7)]
    box.put(frame(frame_time(number=8, camera="b")))
    site.batcher.close_mailbox(box)
    site.batcher.close_mailbox(box)
    site.put("a", 2)
    assert site.batch() == [("a", 2)]


def test_a_camera_left_behind_brings_nothing_and_its_next_mailbox_is_served() -> None:
    site = Site("a")
    old = site.batcher.open_mailbox(CameraId("b"))
    site.batcher.close_mailbox(old)
    old.put(frame(frame_time(number=1, camera="b")))
    assert old.discarded == 1
    new = site.batcher.open_mailbox(CameraId("b"))
    new.put(frame(frame_time(number=2, camera="b")))
    old.put(frame(frame_time(number=3, camera="b")))
    site.batcher.close_mailbox(old)
    site.put("a")
    assert sorted(site.batch()) == [("a", 1), ("b", 2)]


def test_a_waiting_batcher_sees_the_first_frame_of_a_camera_that_came() -> None:
    site, got = Site(), list[tuple[str, int]]()
    waiting = Thread(target=lambda: got.extend(site.batch()))
    waiting.start()
    try:
        box = site.batcher.open_mailbox(CameraId("b"))
        box.put(frame(frame_time(camera="b")))
        waiting.join(10.0)
        assert got == [("b", 1)]
    finally:
        site.batcher.close()
        waiting.join(10.0)
