from __future__ import annotations

import pytest

from detectors.overload import CALM_INTERVALS, HOT_INTERVALS, Load, OverloadController
from ingest.thinning import MIN_FPS
from tests.unit.detectors.overload_plant import Plant


def plant(*, overload: float, cameras: int = 30, fps: float = 5) -> Plant:
    classes = [1 + index % 3 for index in range(cameras)]
    return Plant(classes, fps=fps, capacity=cameras * fps / overload)


@pytest.mark.parametrize("overload", [1.15, 1.5, 2.0, 3.0])
def test_rates_settle_just_below_what_the_model_can_do(overload: float) -> None:
    site = plant(overload=overload)
    site.run(20)
    settled = site.run(60)
    assert sum(second.lost for second in settled) == 0
    used = [second.handed / site.capacity for second in settled]
    assert sum(used) / 60 == pytest.approx(0.9, abs=0.07)


@pytest.mark.parametrize("overload", [1.15, 2.0, 3.0])
def test_a_settled_level_does_not_swing(overload: float) -> None:
    site = plant(overload=overload)
    site.run(15)
    assert len({second.level for second in site.run(300)}) == 1


def test_cameras_of_a_class_keep_the_same_and_class_1_most() -> None:
    site = plant(overload=2.0)
    site.run(15)
    rates = site.rates()
    by_class = [rates[first::3] for first in range(3)]
    for of_class in by_class:
        assert max(of_class) - min(of_class) <= 0.1
    one, two, three = (sum(of_class) / len(of_class) for of_class in by_class)
    assert 5 > one > two + 0.5 > three + 1.0


@pytest.mark.parametrize("overload", [10.0, 100.0])
def test_however_great_the_overload_no_camera_goes_below_the_least(overload: float) -> None:
    site = plant(overload=overload)
    site.run(30)
    assert min(site.rates()) == pytest.approx(MIN_FPS, abs=0.1)


def test_everything_comes_back_when_there_is_room() -> None:
    site = plant(overload=3.0)
    site.run(20)
    site.capacity = 30 * 5 * 1.3
    back = site.run(60)
    assert sum(second.lost for second in back) == 0
    levels = [second.level for second in back]
    assert levels == sorted(levels), "it only goes up"
    assert levels[-1] == 1.0
    assert levels.index(1.0) > CALM_INTERVALS


def test_when_cameras_fall_quiet_everything_comes_back() -> None:
    site = plant(overload=2.0)
    site.run(20)
    site.fps = 1.0
    assert site.run(20)[-1].level == 1.0


def test_where_batches_are_cheap_room_is_seen_though_inference_has_no_pause() -> None:
    site = plant(overload=2.0)
    site.run(20)
    site.busy_floor, site.fps = 0.97, 2.0
    assert site.run(30)[-1].level == 1.0


def test_a_little_room_is_left_alone() -> None:
    site = plant(overload=2.0)
    site.run(15)
    level = site.controller.level
    site.capacity *= 1.08
    assert {second.level for second in site.run(60)} == {level}


def load(*, lost: int = 0, busy: float = 1.0, handed: int = 50) -> Load:
    return Load(
        seconds=1.0, offered=(25, 25), handed=handed, lost=lost, analysed=handed - lost, busy=busy
    )


@pytest.mark.parametrize(
    "loads",
    [
        [load(lost=20), load(), load(lost=20), load()],
        ([load(lost=20)] * 5 + [load(busy=0.5)]) * 2,
        ([load(lost=20)] * 2 + [load(lost=1)]) * 4,
        [load(lost=1)] * 5,
        [load(lost=20, busy=0.5)] * 5,
        [load()] * 5,
    ],
    ids=[
        "hiccups",
        "cameras that wake at once",
        "cameras that wake one after the other",
        "single frames",
        "bursts",
        "busy but in time",
    ],
)
def test_what_is_no_overload_changes_nothing(loads: list[Load]) -> None:
    controller = OverloadController([1, 3])
    for each in loads:
        controller.update(each)
    assert controller.level == 1.0


def test_a_pause_of_the_machine_does_not_blind_it() -> None:
    controller = OverloadController([2, 2])
    for _ in range(HOT_INTERVALS):
        controller.update(load(lost=50))  # nothing was analysed
    assert 0.25 < controller.level < 0.35


def test_an_interval_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError, match="an interval of 0"):
        Load(seconds=0.0, offered=(), handed=0, lost=0, analysed=0, busy=0.0)
