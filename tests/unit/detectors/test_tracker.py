from __future__ import annotations

import pytest

from detectors.track import Track, TrackState
from detectors.tracker import Tracker, TrackerConfig, TrackIds
from tests.factories import CAMERA, detections, frame_time

LABELS = ("person", "bicycle")
STEP_S = 0.2


def walk(
    tracker: Tracker, frames: int, *, start: int = 0, class_id: int = 0, session: str = "s"
) -> list[Track]:
    tracks: list[Track] = []
    for n in range(start, start + frames):
        box = (100 + 4 * n, 100, 140 + 4 * n, 200)
        at = frame_time(n * STEP_S, number=n + 1, session=session)
        tracks = tracker.update(detections(box, at=at, class_id=class_id))
    return tracks


def miss(tracker: Tracker, n: int) -> list[Track]:
    return tracker.update(detections(at=frame_time(n * STEP_S, number=n + 1)))


def test_a_walker_keeps_one_id_from_1() -> None:
    tracks = walk(Tracker(CAMERA, LABELS), 10)
    assert [(t.track_id, t.label, t.state) for t in tracks] == [(1, "person", TrackState.CONFIRMED)]
    assert tracks[0].last_seen_s == pytest.approx(9 * STEP_S)


def test_one_sighting_is_no_track() -> None:
    assert walk(Tracker(CAMERA, LABELS), 1) == []


def test_a_missed_track_is_lost_and_comes_back_under_its_id() -> None:
    tracker = Tracker(CAMERA, LABELS)
    walk(tracker, 5)
    assert [t.state for t in miss(tracker, 5)] == [TrackState.LOST]
    back = walk(tracker, 2, start=6)
    assert [(t.track_id, t.state) for t in back] == [(1, TrackState.CONFIRMED)]


def test_a_track_lost_for_long_is_forgotten() -> None:
    tracker = Tracker(CAMERA, LABELS, TrackerConfig(lost_s=1.0))
    walk(tracker, 5)
    assert [miss(tracker, n) for n in range(5, 12)][-1] == []


def test_ids_are_the_instances_own_and_begin_again_after_reset() -> None:
    first, second = Tracker(CAMERA, LABELS), Tracker(CAMERA, LABELS)
    assert walk(first, 5)[0].track_id == walk(second, 5)[0].track_id == 1
    first.reset()
    assert walk(first, 5, session="next")[0].track_id == 1


def test_trackers_of_one_camera_never_give_the_same_id() -> None:
    ids = TrackIds()
    first, second = (Tracker(CAMERA, LABELS, ids=ids) for _ in range(2))
    assert [walk(tracker, 5)[0].track_id for tracker in (first, second)] == [1, 2]


def test_classes_are_tracked_apart() -> None:
    tracker = Tracker(CAMERA, LABELS)
    walk(tracker, 5)
    both = walk(tracker, 5, start=5, class_id=1)
    assert {(t.track_id, t.label) for t in both} == {(1, "person"), (2, "bicycle")}


def test_a_repeated_time_does_not_stop_tracking() -> None:
    tracker = Tracker(CAMERA, LABELS)
    box = (100, 100, 140, 200)
    for n in range(4):
        tracks = tracker.update(detections(box, at=frame_time(1.0, number=n + 1)))
    assert len(tracks) == 1
