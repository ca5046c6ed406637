from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.ring import PACKET_OVERHEAD_BYTES, PacketRing, StoredPacket


def packet(index: int, *, gop: int = 10, size: int = 100) -> StoredPacket:
    at_s = index / 10
    return StoredPacket(
        payload=bytes(size), time_s=at_s, decode_s=at_s, is_keyframe=index % gop == 0
    )


def filled(count: int, ring: PacketRing, *, first: int = 0, gop: int = 10) -> PacketRing:
    for index in range(first, count):
        ring.push(packet(index, gop=gop))
    return ring


@pytest.mark.parametrize(
    ("from_s", "to_s", "expected"),
    [
        (1.5, 2.5, (1.0, 2.5)),
        (2.0, 2.0, (2.0, 2.0)),
        (-5.0, 0.5, (0.0, 0.5)),
        (2.5, 99.0, (2.0, 2.9)),
    ],
)
def test_a_cut_begins_at_the_keyframe_at_or_before_and_ends_in_time(
    from_s: float, to_s: float, expected: tuple[float, float]
) -> None:
    cut = filled(30, PacketRing()).cut(from_s, to_s)
    assert cut[0].is_keyframe
    assert (cut[0].time_s, cut[-1].time_s) == expected


def test_packets_before_the_first_keyframe_are_no_loss() -> None:
    ring = filled(15, PacketRing(), first=5)
    assert ring.dropped == 0
    assert [ring.cut(0, 9)[0].time_s, ring.position_s] == [1.0, 1.4]


def test_the_oldest_group_goes_once_the_rest_covers_the_span() -> None:
    ring = filled(100, PacketRing(span_s=2.0))
    held = ring.cut(0.0, 99.0)
    assert 2.0 <= held[-1].time_s - held[0].time_s < 3.0
    assert ring.bytes_held == len(held) * (100 + PACKET_OVERHEAD_BYTES)


def test_bytes_are_bounded_even_within_one_endless_group() -> None:
    ring = filled(1000, PacketRing(span_s=1e9, max_bytes=30_000), gop=10_000)
    assert ring.bytes_held <= 30_000
    assert ring.dropped == 1000
    ring.push(packet(10_000, gop=10_000))
    assert ring.position_s == 1000.0


def test_bytes_are_bounded_over_groups() -> None:
    ring = filled(1000, PacketRing(span_s=1e9, max_bytes=30_000))
    assert 0 < ring.bytes_held <= 30_000
    assert ring.cut(0, 999)[0].is_keyframe


def test_nothing_is_cut_before_the_first_packet_or_from_an_empty_ring() -> None:
    assert PacketRing().cut(0, 9) == ()
    assert PacketRing().position_s is None
    assert filled(40, PacketRing(), first=20).cut(0.0, 1.0) == ()


def test_pictures_shown_before_their_keyframe_are_left_out() -> None:
    ring = PacketRing()
    times = [(1.0, 0.8, True), (0.9, 0.9, False), (1.1, 1.0, False)]
    for time_s, decode_s, is_keyframe in times:
        ring.push(
            StoredPacket(payload=b"x", time_s=time_s, decode_s=decode_s, is_keyframe=is_keyframe)
        )
    assert [p.time_s for p in ring.cut(1.0, 2.0)] == [1.0, 1.1]


def test_when_time_0_arrived_is_told_by_the_least_delayed_packet_held() -> None:
    ring = PacketRing(span_s=2.0)
    assert ring.zero_arrived_s is None
    for index, delay_s in enumerate((0.5, 0.2, 0.9, 0.2)):
        ring.push(replace(packet(index, gop=1), arrived_s=100.0 + index / 10 + delay_s))
    assert ring.zero_arrived_s == pytest.approx(100.2)
    for index in range(4, 40):  # the camera's clock drifts: old packets say nothing any more
        ring.push(replace(packet(index, gop=1), arrived_s=103.0 + index / 10))
    assert ring.zero_arrived_s == pytest.approx(103.0)
