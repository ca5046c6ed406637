"""What a camera costs is read from runs that the machine could hold."""

from __future__ import annotations

import json

import pytest

from deploy.bench import camera_counts, camera_runs
from deploy.bench.camera_counts import next_count
from deploy.bench.camera_runs import CameraRun, CamerasResult, with_slopes
from tests.unit.deploy.bench_runs import MADE_OF, run


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (camera_runs, camera_counts):
        monkeypatch.setattr(module, "cores", lambda: 2)


def result(*runs: CameraRun) -> CamerasResult:
    return with_slopes(runs, MADE_OF)


def test_every_run_carries_the_slope_and_the_result_the_intercept() -> None:
    found = result(run(4, 0.18), run(16, 0.42), run(64, 1.38))
    assert [r.cores_per_camera for r in found.runs] == pytest.approx([0.02] * 3)
    assert [r.rss_mb_per_camera for r in found.runs] == pytest.approx([10] * 3)
    assert (found.intercept_cores, found.intercept_rss_mb) == pytest.approx((0.1, 200))
    assert found.cores_ratio == pytest.approx(1.38 / 0.42)


def test_a_run_that_filled_the_machine_is_shown_but_not_in_the_line() -> None:
    found = result(run(4, 0.18), run(16, 0.42), run(64, 1.75))
    assert found.line_over == (4, 16)
    assert len(found.runs) == 3
    assert found.runs[2].cores_per_camera == pytest.approx(0.02)


def test_with_one_run_each_camera_has_its_share() -> None:
    found = result(run(4, 1.95))
    assert (found.line_over, found.cores_ratio) == ((4,), None)
    assert found.runs[0].cores_per_camera == pytest.approx(1.95 / 4)


def test_json_has_the_agreed_keys() -> None:
    loaded = json.loads(json.dumps(result(run(4, 0.2)).as_json()))
    agreed = "cameras cores_per_camera rss_mb_per_camera recall precision p50_ms p99_ms dropped"
    assert set(agreed.split()) <= set(loaded["runs"][0])


def test_a_figure_that_does_not_exist_is_a_dash_in_the_table() -> None:
    cells = result(run(4, 0.2)).table().splitlines()[1].split()
    assert cells[:8] == ["4", "0.200", "240", "1.000", "1.000", "3", "-", "900"]
    assert cells[8:] == ["0", "0.100", "0.000", "0.300"]


def test_recall_is_over_the_alerts_of_all_runs_in_the_line() -> None:
    found = result(run(4, 0.18), run(16, 0.42, matched=2), run(64, 1.75, matched=0))
    assert found.recall == pytest.approx(5 / 6)
    assert (found.precision, found.expected) == (1.0, 6)


@pytest.mark.parametrize(
    ("most", "held"),
    [
        (run(64, 1.38), 64),
        (run(64, 1.75), 16),
        (run(64, 1.38, matched=2), 16),
        (run(64, 1.38, p99_ms=1600.0), 16),
        (run(64, 1.38, p99_ms=None), 16),
    ],
    ids=["all bars", "no time left", "alerts missed", "told too late", "nothing told"],
)
def test_cameras_are_held_where_every_bar_is_kept(most: CameraRun, held: int) -> None:
    assert result(run(4, 0.18), run(16, 0.42), most).largest_held == held


def test_where_none_is_held_it_says_so() -> None:
    assert result(run(4, 0.18, matched=0)).largest_held is None


def test_cores_are_compared_with_a_quarter_of_the_cameras_not_with_the_run_before() -> None:
    found = result(run(4, 0.18), run(16, 0.42), run(48, 1.1), run(64, 1.38))
    assert found.cores_ratio == pytest.approx(1.38 / 0.42)


@pytest.mark.parametrize(
    ("runs", "count"),
    [
        ([run(4, 0.18), run(16, 0.42), run(64, 1.38)], None),
        ([run(4, 0.5), run(16, 0.8), run(64, 1.9)], 52),
        ([run(4, 0.5), run(16, 0.8), run(52, 1.71), run(64, 1.9)], 48),
        ([run(4, 1.9)], None),
        ([run(4, 0.5), run(16, 1.72)], 12),
        ([run(4, 0.5), run(16, 1.7), run(20, 1.9)], None),
    ],
    ids=["room left", "between", "again", "none fits", "by one run", "next to it"],
)
def test_the_next_number_of_cameras_just_does_not_fill_the_machine(
    runs: list[CameraRun], count: int | None
) -> None:
    assert next_count(runs) == count
