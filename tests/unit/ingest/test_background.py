from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ingest.background import Background, touching
from ingest.luma import Luma

SHAPE = (72, 88)
STILL: Luma = np.random.default_rng(7).uniform(40, 200, SHAPE).astype(np.float32)
Scene = Callable[[int, float, np.random.Generator], Luma]


def still(_: int, __: float, random: np.random.Generator) -> Luma:
    """A picture with sensor noise, as it is left after averaging over a cell."""
    return STILL + random.normal(0, 0.8, SHAPE).astype(np.float32)


def loud(_: int, __: float, random: np.random.Generator) -> Luma:
    return STILL + random.normal(0, 3, SHAPE).astype(np.float32)


def exposure(_: int, time_s: float, random: np.random.Generator) -> Luma:
    """Automatic exposure that swings over the whole picture."""
    return still(0, 0, random) + np.float32(12 * np.sin(time_s))


def leaves(_: int, __: float, random: np.random.Generator) -> Luma:
    """A corner in which each cell is now and then darker by far, in touching clusters."""
    luma = still(0, 0, random)
    clusters = (random.random((6, 6)) < 0.3).repeat(3, axis=0).repeat(3, axis=1)
    luma[:18, :18] -= np.float32(35) * clusters
    return luma


def flicker(number: int, _: float, random: np.random.Generator) -> Luma:
    """A lamp that lights a part of the picture every other look."""
    luma = still(0, 0, random)
    luma[20:40, 30:60] += np.float32(30 * (number % 2))
    return luma


def rain(_: int, __: float, random: np.random.Generator) -> Luma:
    """Streaks a pixel wide and 40 brighter than what is behind: 5 over the cells they cross."""
    luma = still(0, 0, random)
    for column in random.integers(0, SHAPE[1], 20):
        row = int(random.integers(0, SHAPE[0] - 3))
        luma[row : row + 3, column] += 5
    return luma


def with_person(luma: Luma, column: int, *, height: int = 5, contrast: float = 25) -> Luma:
    """Somebody of 2 cells' width stands at `column`."""
    luma = luma.copy()
    luma[40 : 40 + height, column : column + 2] += np.float32(contrast)
    return luma


def moving_share(
    background: Background, scene: Scene, begin_s: float, end_s: float, step_s: float = 1.0
) -> float:
    """Share of looks that found motion."""
    random = np.random.default_rng(int(begin_s) + 1)
    looks = [
        background.update(scene(number, time_s, random), float(time_s), is_explained=False)
        for number, time_s in enumerate(np.arange(begin_s, end_s, step_s))
    ]
    return float(np.mean([look.is_moving for look in looks]))


@pytest.mark.parametrize(
    ("scene", "learning_s", "share"),
    [
        (still, 2, 0.0),
        (loud, 4, 0.0),
        (exposure, 4, 0.0),
        (leaves, 30, 0.03),
        (flicker, 30, 0.0),
        (rain, 30, 0.1),
    ],
)
def test_what_is_no_motion_is_learnt(scene: Scene, learning_s: float, share: float) -> None:
    background = Background()
    moving_share(background, scene, 0, learning_s, 0.2)
    assert moving_share(background, scene, learning_s, learning_s + 120) <= share


@pytest.mark.parametrize("scene", [still, loud, exposure, leaves, flicker, rain])
def test_a_person_is_seen_on_the_next_look_whatever_else_goes_on(scene: Scene) -> None:
    background = Background()
    moving_share(background, scene, 0, 60, 0.5)
    random = np.random.default_rng(3)
    seen = with_person(scene(0, 61.0, random), 70)
    assert background.update(seen, 61.0, is_explained=False).is_moving


@pytest.mark.parametrize(("factor", "offset"), [(0.6, 0), (1.0, -40), (1.4, 20)])
def test_a_change_of_light_is_motion_once_and_then_the_new_picture(
    factor: float, offset: float
) -> None:
    background = Background()
    moving_share(background, still, 0, 30)

    def changed(number: int, time_s: float, random: np.random.Generator) -> Luma:
        return still(number, time_s, random) * np.float32(factor) + np.float32(offset)

    moving_share(background, changed, 30, 33)
    assert moving_share(background, changed, 33, 60) == 0.0
    person = with_person(changed(0, 0, np.random.default_rng(1)), 40)
    assert background.update(person, 60.0, is_explained=False).is_moving


@pytest.mark.parametrize("gain", [0.8, 0.85, 1.2])
def test_a_cloud_is_no_motion_and_hides_nobody(gain: float) -> None:
    background = Background()
    moving_share(background, still, 0, 30)

    def clouded(number: int, time_s: float, random: np.random.Generator) -> Luma:
        share = min(1.0, max(0.0, time_s - 30))
        return still(number, time_s, random) * np.float32(1 + (gain - 1) * share)

    assert moving_share(background, clouded, 30, 40, 0.2) == 0.0
    person = with_person(clouded(0, 40.0, np.random.default_rng(1)), 40)
    assert background.update(person, 40.0, is_explained=False).is_moving


def test_what_is_put_down_becomes_part_of_the_picture_and_is_seen_leaving() -> None:
    background = Background()
    moving_share(background, still, 0, 20)

    def parked(number: int, time_s: float, random: np.random.Generator) -> Luma:
        return with_person(still(number, time_s, random), 20, height=10)

    assert moving_share(background, parked, 20, 22) == 1.0
    moving_share(background, parked, 22, 200)
    assert moving_share(background, parked, 200, 230) == 0.0
    assert moving_share(background, still, 230, 231) == 1.0


def walk(background: Background, *, is_explained: bool) -> bool:
    """Somebody walks the same path for five minutes; whether that is then still motion."""
    random = np.random.default_rng(5)
    for number in range(1500):
        luma = with_person(still(0, 0, random), (number * 2) % 24 + 20)
        look = background.update(luma, 20 + number / 5, is_explained=is_explained)
    return look.is_moving


def test_a_busy_path_is_never_taken_for_noise_while_the_analysis_sees_who_walks() -> None:
    background = Background()
    moving_share(background, still, 0, 20)
    assert walk(background, is_explained=True)


def test_motion_that_nothing_explains_is_in_the_end_taken_for_noise() -> None:
    background = Background()
    moving_share(background, still, 0, 20)
    assert not walk(background, is_explained=False)


def test_another_size_of_picture_begins_anew() -> None:
    background = Background()
    moving_share(background, still, 0, 20)
    assert not background.update(np.zeros((30, 40), np.float32), 21.0, is_explained=False).is_moving
    assert background.age_s == 0.0


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([], False),
        ([(5, 5), (5, 6), (6, 5)], False),
        ([(5, 5), (5, 6), (6, 5), (6, 6)], True),
        ([(5, 5), (5, 7), (7, 5), (7, 7)], True),
        ([(5, 5), (5, 9), (30, 5), (60, 60)], False),
        ([(0, 0), (0, 1), (1, 0), (1, 1)], True),
    ],
)
def test_cells_count_when_they_touch(cells: list[tuple[int, int]], expected: bool) -> None:
    moves = np.zeros(SHAPE, np.bool_)
    for cell in cells:
        moves[cell] = True
    assert touching(moves) is expected
