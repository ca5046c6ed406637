"""Per-camera figures are the slope of a line."""

from __future__ import annotations

import pytest

from deploy.bench.slope import Line, line_through


def test_points_on_a_line_give_that_line() -> None:
    line = line_through([4, 16, 64], [0.3 + 0.02 * n for n in (4, 16, 64)])
    assert line.slope == pytest.approx(0.02)
    assert line.intercept == pytest.approx(0.3)


def test_the_line_is_that_of_least_squares() -> None:
    line = line_through([0, 1, 2], [0.0, 0.0, 3.0])
    assert line.slope == pytest.approx(1.5)
    assert line.intercept == pytest.approx(-0.5)


def test_one_point_gives_the_share_of_each_camera() -> None:
    assert line_through([4], [0.2]) == Line(slope=0.05, intercept=0.0)


@pytest.mark.parametrize("points", [([], []), ([4, 4], [1.0, 2.0])])
def test_points_without_a_line_are_refused(points: tuple[list[float], list[float]]) -> None:
    with pytest.raises(ValueError, match="points"):
        line_through(*points)
