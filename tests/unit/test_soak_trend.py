"""Which slopes a soak calls flat."""

from __future__ import annotations

import random

import pytest

from tests.acceptance.soak.holding import Holding
from tests.acceptance.soak.report import Growth
from tests.acceptance.soak.soak import Sample, growth
from tests.acceptance.soak.trend import BLOCKS, trend

HOURS = [number / 600 for number in range(600)]


def noisy(slope: float, *, seed: int = 1) -> list[float]:
    draw = random.Random(seed)
    return [100 + slope * hour + draw.gauss(0, 1) for hour in HOURS]


def test_a_straight_line_is_found_exactly() -> None:
    line = trend(HOURS, [100 + 3 * hour for hour in HOURS])
    assert (line.slope, line.at(0), line.at(1)) == pytest.approx((3, 100, 103))
    assert line.high - line.low == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("slope", [0.0, 2.0, -5.0])
def test_the_band_holds_the_true_slope_nineteen_times_in_twenty(slope: float) -> None:
    lines = [trend(HOURS, noisy(slope, seed=seed)) for seed in range(200)]
    held = sum(line.low <= slope <= line.high for line in lines)
    assert 180 <= held <= 199


def test_a_pause_of_all_cameras_is_no_trend() -> None:
    values = [220.0] * 600
    values[40:50] = [130.0] * 10
    line = trend(HOURS, values)
    assert (line.slope, line.low, line.high) == (0, 0, 0)


def test_memory_that_is_given_back_again_and_again_is_judged_by_what_is_held_then() -> None:
    saw = [390 + number % 50 for number in range(600)]
    line = trend(HOURS, saw, at_least=True)
    assert set(line.blocks) == {390}
    assert line.slope == pytest.approx(0)


def test_too_few_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        trend(HOURS[: BLOCKS - 1], [1.0] * (BLOCKS - 1))


@pytest.mark.parametrize(
    ("rise", "band", "is_flat"),
    [
        (0.0, 0.5, True),
        (-30.0, 5.0, True),
        (0.9, 0.1, True),
        (1.1, 0.1, False),
        (1.1, 1.2, True),
        (3.0, 6.9, True),
        (3.0, 7.1, False),
    ],
)
def test_flat_is_neither_a_rise_nor_a_guess(rise: float, band: float, is_flat: bool) -> None:
    grown = Growth(
        process="node",
        figure="rss_mb",
        blocks=(300,),
        rise=rise,
        low=rise - band,
        high=rise + band,
    )
    assert grown.is_flat is is_flat
    assert ("NOT FLAT" in grown.words) is not is_flat


def test_the_warm_up_does_not_count() -> None:
    samples = [
        Sample(
            hours=hour - 0.5,
            of={"node": Holding(rss_mb=max(0.0, 0.5 - hour) * 1e6, descriptors=9, threads=3)},
        )
        for hour in HOURS
    ]
    rises = {each.figure: (each.blocks[0], each.rise) for each in growth(samples)}
    assert rises == {"rss_mb": (0.0, 0.0), "descriptors": (9.0, 0.0), "threads": (3.0, 0.0)}
