"""The benchmark's pictures: the same each time, never twice the same, quiet or busy."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from deploy.bench.scene import Scene, brightness
from deploy.bench.stream_plan import FPS, SIZE_WH, StreamPlan
from deploy.bench.walkers import Walkers

PLAN = StreamPlan(loop_s=1, busy_share=0.2, files=2)
BUSY = PLAN.busy_from(0)
MIDDLE = (slice(200, 400), slice(200, 500))
"""Away from the trees, where the walker of the recording stands."""


@pytest.fixture(scope="module")
def walkers(tmp_path_factory: pytest.TempPathFactory) -> Walkers:
    """Ten pictures of a grey place through which a white square walks."""
    file = tmp_path_factory.mktemp("walkers") / "walkers.mkv"
    with av.open(str(file), "w") as container:
        stream = container.add_stream("ffv1", rate=10)
        stream.width, stream.height, stream.pix_fmt = *SIZE_WH, "bgr0"
        for number in range(10):
            picture = np.full((SIZE_WH[1], SIZE_WH[0], 3), 100, np.uint8)
            picture[250:300, 200 + 25 * number : 225 + 25 * number] = 250
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return Walkers(file=file)


@pytest.fixture(scope="module")
def pictures(walkers: Walkers) -> list[NDArray[np.uint8]]:
    return list(Scene(PLAN, walkers).pictures(0))


def brightest(picture: NDArray[np.uint8]) -> int:
    return int(picture[MIDDLE].max())


def test_walkers_are_there_when_the_plan_says_so(pictures: list[NDArray[np.uint8]]) -> None:
    busy = [number for number, picture in enumerate(pictures) if brightest(picture) > 180]
    assert busy == [n for n in range(PLAN.frame_count) if PLAN.is_busy(0, n)]


def test_every_picture_has_fresh_noise(pictures: list[NDArray[np.uint8]]) -> None:
    first, second = (picture[MIDDLE].astype(float) for picture in pictures[:2])
    assert 2.5 < float(np.std(first - second)) < 6


def test_repeated_pictures_of_a_recording_are_played_once(walkers: Walkers) -> None:
    plan = StreamPlan(loop_s=1, busy_share=0.2, files=1)
    of_ten, of_five = (
        [int(np.argmax(picture[275])) // 75 for picture in shown if brightest(picture) > 180]
        for shown in (
            Scene(plan, Walkers(file=walkers.file, repeats=repeats)).pictures(0)
            for repeats in (1.0, 2.0)
        )
    )
    assert len(of_ten) == len(of_five) == plan.busy_frames
    assert of_five != of_ten


def test_the_seed_decides_everything(walkers: Walkers, pictures: list[NDArray[np.uint8]]) -> None:
    again = islice(Scene(PLAN, walkers).pictures(0), 2)
    assert all(np.array_equal(a, b) for a, b in zip(again, pictures, strict=False))
    other = next(Scene(StreamPlan(loop_s=1, files=2, seed=2), walkers).pictures(0))
    assert not np.array_equal(other, pictures[0])


@pytest.mark.parametrize("file", range(4))
def test_a_cloud_passes_once_in_the_quiet_part(file: int) -> None:
    plan = StreamPlan()
    dim = [n for n in range(plan.frame_count) if brightness(plan, file, n / FPS) < 1]
    assert dim == list(range(dim[0], dim[-1] + 1))
    assert min(brightness(plan, file, n / FPS) for n in dim) == pytest.approx(0.85)
    assert not any(plan.is_busy(file, n) for n in (dim[0] - FPS, *dim, dim[-1] + FPS))
