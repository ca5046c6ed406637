"""The catch-up list: bounded, in order."""

from __future__ import annotations

from math import inf

from ingest.late_frames import LATE_S, LateFrames
from tests.unit.ingest.clips import frame


def put(frames: LateFrames, times_s: list[float], session: str = "s") -> None:
    for number, time_s in enumerate(times_s, start=1):
        frames.put(frame(number, time_s, session))


def taken(frames: LateFrames) -> list[float]:
    times_s = []
    while (each := frames.take()) is not None:
        times_s.append(each.at.time_s)
    return times_s


def fifths(first: int, last: int) -> list[float]:
    return [number / 5 for number in range(first, last + 1)]


def test_it_spans_four_seconds_and_counts_what_it_loses() -> None:
    frames = LateFrames(clock=lambda: 5.0)
    put(frames, fifths(1, 40))
    assert len(frames) == LATE_S * 5 + 1
    assert frames.lost == 40 - len(frames)
    assert taken(frames) == fifths(20, 40)


def test_of_a_session_that_is_over_nothing_is_kept() -> None:
    frames = LateFrames(clock=lambda: 5.0)
    put(frames, [60.0, 60.2], "old")
    put(frames, [0.2], "new")
    assert frames.lost == 2
    assert taken(frames) == [0.2]


def test_it_says_since_when_it_holds_something() -> None:
    frames = LateFrames(clock=iter([1.0, 2.0]).__next__)
    assert frames.since_s == inf
    put(frames, fifths(1, 2))
    assert frames.since_s == 1.0
    taken(frames)
    assert frames.since_s == inf
    put(frames, fifths(3, 4))
    assert frames.since_s == 2.0
