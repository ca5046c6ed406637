from __future__ import annotations

import pytest

from ingest.clock import SessionClock

Times = list[tuple[float | None, float | None]]


@pytest.mark.parametrize(
    ("packets", "expected", "repairs"),
    [
        pytest.param([(5.0, 5.0), (5.1, 5.1)], [0.0, 0.1], 0, id="starts at 0"),
        pytest.param(
            [(None, None), (3.0, None), (3.1, 3.1)], [0.0, 0.1, 0.2], 1, id="first lacks both"
        ),
        pytest.param(
            [(0.0, 0.0), (None, None), (0.2, 0.2)], [0.0, 0.1, 0.2], 1, id="one is missing"
        ),
        pytest.param([(0.0, -0.2), (0.3, -0.1), (0.1, 0.0)], [0.0, 0.3, 0.1], 0, id="B-frames"),
        pytest.param([(None, 7.0), (None, 7.1)], [0.0, 0.1], 0, id="only dts"),
        pytest.param(
            [(90.0, 90.0), (90.1, 90.1), (0.0, 0.0), (0.1, 0.1)], [0.0, 0.1, 0.2, 0.3], 1, id="loop"
        ),
        pytest.param(
            [(0.0, 0.0), (9999.0, 9999.0), (9999.1, 9999.1)], [0.0, 0.1, 0.2], 1, id="jump"
        ),
        pytest.param([(0.0, 0.0), (4.0, 4.0)], [0.0, 4.0], 0, id="a lost network is no jump"),
        pytest.param([(0.0, 0.0)] * 2 + [(0.1, 0.1)] * 2, [0.0, 0.0, 0.1, 0.1], 0, id="fields"),
        pytest.param(
            [(5.0, 5.0)] * 6 + [(5.1, 5.1)],
            [0.0, 0.0, 0.0, 0.0, 0.1, 0.2, 0.3],
            2,
            id="standing still, then on from there",
        ),
        pytest.param(
            [(5.0, 5.0), (5.3, 5.3), (5.1, 5.1), (5.2, 5.2)],
            [0.0, 0.3, 0.1, 0.2],
            0,
            id="B-frames of a camera that writes pts as dts",
        ),
        pytest.param(
            [(5.0, None), (5.3, None), (5.1, None), (5.2, None)],
            [0.0, 0.3, 0.1, 0.2],
            0,
            id="B-frames without dts",
        ),
    ],
)
def test_packets_get_session_times_over_every_fault(
    packets: Times, expected: list[float], repairs: int
) -> None:
    clock = SessionClock(step_s=0.1)
    assert [clock.stamp(*packet).time_s for packet in packets] == pytest.approx(expected)
    assert clock.repairs == repairs


def test_pictures_whose_pts_run_backwards_follow_the_packets_from_there_on() -> None:
    clock = SessionClock(step_s=0.1)
    pictures = [(0.0, 0.3), (0.3, 0.4), (0.1, 0.5), (0.7, 0.6), (0.5, None)]
    shown = [clock.shown(time_s, released_s) for time_s, released_s in pictures]
    assert shown == pytest.approx([0.0, 0.3, 0.4, 0.5, 0.6])
    assert clock.repairs == 1
