from __future__ import annotations

from ingest.keyframe_rhythm import KeyframeRhythm


def test_one_keyframe_is_no_rhythm() -> None:
    rhythm = KeyframeRhythm()
    assert rhythm.due_in_s(0.0) is None
    rhythm.hear(1.0)
    assert rhythm.interval_s is None
    assert rhythm.due_in_s(1.5) is None


def test_the_next_is_due_an_interval_after_the_last() -> None:
    rhythm = KeyframeRhythm()
    for decode_s in (1.0, 3.0, 7.0):
        rhythm.hear(decode_s)
    assert rhythm.interval_s == 4.0
    assert rhythm.due_in_s(8.0) == 3.0
    assert rhythm.due_in_s(12.0) == -1.0
