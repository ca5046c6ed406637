"""While rules wait for an end, frames are analysed at most `SETTLED_S` apart, never further."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ingest.settled_pace import JITTER_S, SETTLED_S, SettledPace


def analysed(times_s: list[float], settled: tuple[float, float]) -> list[float]:
    """Which frames are, where nothing can begin from `settled[0]` to `settled[1]`."""
    pace, kept = SettledPace(), [-10.0]
    for time_s in times_s:
        is_settled = settled[0] <= time_s < settled[1]
        if not pace.spares(time_s, analysed_s=kept[-1], is_settled=is_settled):
            kept.append(time_s)
    return kept[1:]


def every(fps: float, seconds: float = 6.0) -> list[float]:
    return [number / fps for number in range(round(seconds * fps))]


def test_every_third_of_five_a_second_is_analysed_while_settled() -> None:
    kept = analysed(every(5), (2.0, 4.0))
    assert [t for t in kept if t < 2.0] == [t for t in every(5) if t < 2.0]
    assert [t for t in kept if 2.0 <= t < 4.0] == pytest.approx([2.4, 3.0, 3.6])
    assert [t for t in kept if t >= 4.0] == [t for t in every(5) if t >= 4.0]


@pytest.mark.parametrize("fps", [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 8.0, 12.5, 25.0])
def test_what_is_sampled_seldom_is_analysed_and_the_rest_seldom_enough(fps: float) -> None:
    kept = analysed(every(fps), (0.0, 100.0))
    longest = max(b - a for a, b in pairwise(kept))
    assert longest <= max(SETTLED_S + JITTER_S, 1 / fps) + 1e-9
    assert len(kept) <= len(every(fps))


def test_a_frame_of_the_source_early_or_late_changes_no_choice() -> None:
    even = every(5)
    uneven = [t + (0.04 if index % 2 else 0.0) for index, t in enumerate(even)]
    kept = analysed(uneven, (0.0, 100.0))
    assert len(kept) == len(analysed(even, (0.0, 100.0)))
