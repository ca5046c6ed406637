from __future__ import annotations

import numpy as np
import pytest

from ingest.sampling import FrameSampler


def chosen(times: list[float], sample_fps: float, source_fps: float | None = None) -> list[float]:
    sampler = FrameSampler(sample_fps, source_fps)
    return [time_s for time_s in times if sampler.takes(time_s)]


@pytest.mark.parametrize(
    ("source_fps", "sample_fps", "expected"),
    [
        (25, 5, 50),
        (30, 5, 50),
        (12.5, 5, 50),
        (10, 5, 50),
        (10, 4, 40),
        (25, 25, 250),
        (10, 25, 100),
    ],
)
def test_the_mean_rate_is_the_one_asked_for(
    source_fps: float, sample_fps: float, expected: int
) -> None:
    times = [index / source_fps for index in range(int(10 * source_fps))]
    assert len(chosen(times, sample_fps)) == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("source_fps", [25.0, 12.5, 10.0])
def test_jitter_neither_loses_nor_doubles_a_frame(source_fps: float) -> None:
    random = np.random.default_rng(1)
    times = [
        max(0.0, index / source_fps + random.uniform(-0.15, 0.15) / source_fps)
        for index in range(int(20 * source_fps))
    ]
    picked = chosen(times, 5)
    assert len(picked) == pytest.approx(100, abs=1)
    assert np.diff(picked).max() < 0.2 + 1.5 / source_fps
    assert np.diff(picked).min() > 0.2 - 1.5 / source_fps


@pytest.mark.parametrize("sample_fps", [15.0, 15.5, 60.0])
def test_at_or_above_the_declared_rate_every_frame_is_taken_even_bursts(sample_fps: float) -> None:
    times = [0.0, 0.001, 0.001, 0.5, 0.502, 3.0]
    assert chosen(times, sample_fps, 15.0) == times


def test_after_a_hole_the_grid_goes_on_without_catching_up() -> None:
    times = [0.0, 0.1, 5.0, 5.1, 5.2, 5.3, 5.4]
    assert chosen(times, 5) == [0.0, 0.1, 5.0, 5.2, 5.4] or chosen(times, 5) == [0.0, 5.0, 5.2, 5.4]


def test_a_rate_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        FrameSampler(0)
