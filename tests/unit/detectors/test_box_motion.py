from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.box_motion import MEASUREMENT_VARIANCE, STEP_VARIANCE, BoxMotion

BOX = np.array([[10, 20, 30, 60]], np.float32)
PER_STEP = np.array([[4, 0, 5, 1]], np.float32)
STEP_S = 0.2
ROW = [0]


def walked(frames: int, *, step_s: float = STEP_S) -> BoxMotion:
    motion = BoxMotion()
    motion.add(BOX)
    for n in range(1, frames):
        motion.predict(step_s)
        motion.correct(ROW, BOX + n * PER_STEP)
    return motion


def by_matrices(frames: int, step: float, added: NDArray[np.float64]) -> NDArray[np.float64]:
    """The textbook's filter over eight states, for comparison."""
    move = np.eye(8) + step * np.eye(8, k=4)
    seen, noise = np.eye(4, 8), MEASUREMENT_VARIANCE * np.eye(4)
    state, spread = np.concatenate([BOX[0], np.zeros(4)]), np.eye(8)
    for n in range(1, frames):
        state, spread = move @ state, move @ spread @ move.T + np.kron(added, np.eye(4))
        gain = spread @ seen.T @ np.linalg.inv(seen @ spread @ seen.T + noise)
        state = state + gain @ (BOX[0] + n * PER_STEP[0] - seen @ state)
        spread = (np.eye(8) - gain @ seen) @ spread
    expected: NDArray[np.float64] = (move @ state)[:4]
    return expected


def test_a_box_that_moves_steadily_is_expected_where_it_will_be() -> None:
    motion = walked(12)
    motion.predict(STEP_S)
    assert motion.xyxy == pytest.approx(BOX + 12 * PER_STEP, abs=0.5)


@pytest.mark.parametrize("step", [1.0, 0.5, 3.0])
def test_it_is_the_kalman_filter_of_the_textbook(step: float) -> None:
    steady = np.array([[1.0, 0.0], [0.0, 1.0]])
    shaken = np.array([[step**4 / 4, step**3 / 2], [step**3 / 2, step**2]])
    added = STEP_VARIANCE * (steady if step == 1 else shaken)
    motion = walked(8, step_s=step * STEP_S)
    motion.predict(step * STEP_S)
    assert motion.xyxy[0] == pytest.approx(by_matrices(8, step, added))


def test_rows_are_corrected_kept_and_added_one_by_one() -> None:
    motion = walked(5)
    motion.add(np.array([[100, 100, 140, 180], [300, 100, 340, 180]], np.float32))
    motion.correct([2], np.array([[302, 100, 342, 180]], np.float32))
    assert motion.xyxy[1].tolist() == [100, 100, 140, 180]
    assert 301 < motion.xyxy[2, 0] < 302
    motion.keep([2, 0])
    assert motion.xyxy[:, 3] == pytest.approx([180, 64], abs=1)
