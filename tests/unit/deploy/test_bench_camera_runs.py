"""What a camera costs is read from runs that the machine could hold."""

from __future__ import annotations

import json

import pytest

from deploy.bench import camera_runs
from deploy.bench.camera_runs import CameraRun, CamerasResult, with_slopes


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_runs, "cores", lambda: 2)


def run(cameras: int, cores: float, *, other_cores: float = 0.1) -> CameraRun:
    return CameraRun(
        cameras=cameras,
        cores_per_camera=cores / cameras,
        rss_mb_per_camera=0,
        recall=1.0,
        precision=None,
        p50_ms=None,
        p99_ms=900.0,
        dropped=0,
        cores=cores,
        rss_mb=200 + 10 * cameras,
        desk_cores=0.0,
        server_cores=other_cores,
        all_cores=cores + other_cores,
        expected=3,
        matched=3,
        unasked=0,
        seconds=60,
        counters={},
    )


def result(*runs: CameraRun) -> CamerasResult:
    return with_slopes(runs, keyframe_s=1, files=["a.mp4"])


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
    assert cells == ["4", "0.200", "240", "1.000", "-", "-", "900", "0", "0.100", "0.000"]
