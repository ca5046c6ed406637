"""When the benchmark's cameras are busy, and where in their files they are."""

from __future__ import annotations

from itertools import pairwise

import pytest

from deploy.bench.stream_plan import FPS, LANES, Playing, StreamPlan

PLAN = StreamPlan()


@pytest.mark.parametrize("file", range(PLAN.files))
def test_a_tenth_of_each_file_is_busy_and_its_ends_are_quiet(file: int) -> None:
    busy = [number for number in range(PLAN.frame_count) if PLAN.is_busy(file, number)]
    assert len(busy) == PLAN.frame_count / 10
    assert busy == list(range(busy[0], busy[-1] + 1))
    assert busy[0] >= 5 * FPS
    assert busy[-1] < PLAN.frame_count - 5 * FPS


def test_a_busy_plan_is_busy_throughout() -> None:
    plan = StreamPlan(busy_share=1)
    assert all(plan.is_busy(file, n) for file in range(4) for n in (0, plan.frame_count - 1))


@pytest.mark.parametrize("cameras", [4, 8, 16])
def test_cameras_are_busy_one_after_the_other(cameras: int) -> None:
    playing = Playing(plan=PLAN, epoch_s=0.0)
    begins = sorted(
        time_s
        for camera in range(cameras)
        for time_s in playing.wall_times(
            camera, PLAN.busy_from(playing.lane(camera).file) / FPS, -0.1, PLAN.loop_s - 0.1
        )
    )
    apart = [later - earlier for earlier, later in pairwise(begins)]
    assert len(begins) == cameras
    # lanes begin at whole keyframe intervals, then up to one interval apart
    assert min(apart) >= PLAN.loop_s / cameras - 2 * PLAN.keyframe_s


@pytest.mark.parametrize("keyframe_s", [1, 2, 4])
def test_keyframes_and_pictures_of_the_lanes_come_apart(keyframe_s: int) -> None:
    offsets = [lane.offset_s for lane in StreamPlan(keyframe_s=keyframe_s).lanes()]
    for period_s in (keyframe_s, 1 / FPS):
        phases = sorted(offset % period_s for offset in offsets)
        apart = [b - a for a, b in pairwise(phases)]
        assert min(apart) >= 0.5 * period_s / LANES


def test_a_file_position_is_sent_once_a_loop() -> None:
    playing = Playing(plan=PLAN, epoch_s=1000.0)
    first = 1000 + 12 - playing.lane(3).offset_s
    times = playing.wall_times(3, 12, first + 30, first + 200)
    assert times == [first + 60, first + 120, first + 180]


def test_no_time_is_no_sending() -> None:
    playing = Playing(plan=PLAN, epoch_s=1000.0)
    first = 1000 + 12 - playing.lane(0).offset_s
    assert playing.wall_times(0, 12, first + 1, first + 59) == []


def test_a_camera_beyond_the_lanes_watches_one_of_them() -> None:
    playing = Playing(plan=PLAN, epoch_s=0.0)
    assert playing.lane(LANES + 5) == playing.lane(5)


@pytest.mark.parametrize("wrong", [{"busy_share": 0.0}, {"busy_share": 1.1}, {"keyframe_s": 7}])
def test_impossible_plans_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"is not within|no whole number"):
        StreamPlan(**wrong)  # type: ignore[arg-type]  # the table mixes whole numbers and others
