from __future__ import annotations

from typing import cast

from ingest.clock import PacketTime
from ingest.kept_groups import MOST_PACKETS, Arrived, KeptGroups
from ingest.video_input import VideoPacket


def arrived(time_s: float) -> Arrived:
    times = PacketTime(time_s=time_s, decode_s=time_s)
    return Arrived(packet=cast(VideoPacket, None), times=times, captured_at=None)


def test_the_group_before_the_last_keyframe_is_kept_and_no_older_one() -> None:
    kept = KeptGroups()
    first = [arrived(0.0), arrived(0.04)]
    later = [arrived(2.0), arrived(2.04), arrived(4.0)]
    assert list(kept.begin(first[0])) == []
    kept.add(first[1])
    assert list(kept.begin(later[0])) == []
    kept.add(later[1])
    assert kept.ahead == 2
    assert list(kept.begin(later[2])) == first
    assert kept.since_s == 4.0
    assert list(kept.take()) == later


def test_what_was_taken_is_not_kept() -> None:
    kept = KeptGroups()
    kept.begin(arrived(0.0))
    kept.take()
    assert list(kept.take()) == []
    assert list(kept.begin(arrived(2.0))) == []
    assert kept.ahead == 0


def test_a_group_that_never_ends_is_full() -> None:
    kept = KeptGroups()
    kept.begin(arrived(0.0))
    for _ in range(MOST_PACKETS - 2):
        kept.add(arrived(0.0))
    assert not kept.is_full
    kept.add(arrived(0.0))
    assert kept.is_full
    kept.begin(arrived(0.0))
    assert not kept.is_full
