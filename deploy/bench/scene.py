"""Pictures of a fixed camera: a quiet place with wind, a passing cloud, noise, and walkers.

The quiet place is the median of a recording of walkers, so that it is the same place with
nobody in it. Every picture gets fresh sensor noise; the seed decides all.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import pi, sin

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from deploy.bench.stream_plan import FPS, SIZE_WH, StreamPlan
from deploy.bench.walkers import Walkers

Picture = NDArray[np.uint8]  # (height, width, 3), BGR

NOISE_SIGMA = 2.5
"""Grey levels: a cheap sensor by day, before its encoder."""

CHROMA_SHARE = 0.4
"""Cameras smooth colour more than brightness."""

TREES = ((0.0, 0.02, 0.32, 0.20), (0.84, 0.0, 1.0, 0.16))
"""x1, y1, x2, y2 (0-1): what the wind moves."""

SWAY_PX = 1.8
CLOUD_S = 8.0
CLOUD_FADE_S = 1.0
CLOUD_GAIN = 0.85
"""The one lighting change: a cloud dims the picture by 15 % within a second."""

MEDIAN_OF = 75
"""Pictures the quiet place is the median of; walkers stand for less than half of them."""


class Scene:
    """The pictures of the files of a plan, made from one recording of walkers."""

    def __init__(self, plan: StreamPlan, walkers: Walkers) -> None:
        """Look at the recording once, for the quiet place and the number of pictures.

        Raises:
            OSError: It cannot be read or has no picture.
        """
        self._plan = plan
        self._walkers = walkers
        self._length = sum(1 for _ in _decoded(walkers))
        if not self._length:
            raise OSError(f"{walkers.file} has no pictures")
        step = max(1, self._length // MEDIAN_OF)
        some = [_fitted(picture) for picture in islice(_decoded(walkers), 0, None, step)]
        self._empty = np.median(np.stack(some), axis=0).astype(np.uint8)

    def pictures(self, file: int) -> Iterator[Picture]:
        """All pictures of file number `file`, in order."""
        random = np.random.default_rng((self._plan.seed, file))
        phases = random.uniform(0, 2 * pi, size=1 + len(TREES))
        walking = self._walking(file)
        for number in range(self._plan.frame_count):
            is_busy = self._plan.is_busy(file, number)
            clean = _fitted(next(walking)) if is_busy else self._empty.copy()
            seconds = number / FPS
            windy = _windy(clean, seconds, phases)
            lit = cv2.convertScaleAbs(windy, alpha=brightness(self._plan, file, seconds))
            yield _noisy(np.asarray(lit, np.uint8), random)

    def _walking(self, file: int) -> Iterator[Picture]:
        """The recording again and again; each file begins elsewhere, to have its own walkers.

        Decoded anew each time: kept in memory a minute takes 2 GB.
        """
        begin = file * self._length // self._plan.files
        yield from islice(_decoded(self._walkers), begin, None)
        while True:
            yield from _decoded(self._walkers)


def brightness(plan: StreamPlan, file: int, seconds: float) -> float:
    """1, or less under the cloud, which passes within the loop's longer quiet part."""
    busy_s = plan.busy_from(file) / FPS, (plan.busy_from(file) + plan.busy_frames) / FPS
    before_s, after_s = busy_s[0], plan.loop_s - busy_s[1]
    if max(before_s, after_s) < CLOUD_S:
        return 1.0
    middle_s = before_s / 2 if before_s > after_s else busy_s[1] + after_s / 2
    from_edge_s = CLOUD_S / 2 - abs(seconds - middle_s)
    share = min(1.0, max(0.0, from_edge_s / CLOUD_FADE_S))
    return 1 - (1 - CLOUD_GAIN) * share


def _decoded(walkers: Walkers) -> Iterator[Picture]:
    """Every picture once."""
    shown = -1
    with av.open(str(walkers.file)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if int(number / walkers.repeats) > shown:
                shown = int(number / walkers.repeats)
                yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def _fitted(picture: Picture) -> Picture:
    """The middle of the picture at the stream's aspect ratio and size."""
    width, height = SIZE_WH
    scale = min(picture.shape[1] / width, picture.shape[0] / height)
    part_w, part_h = int(width * scale), int(height * scale)
    x, y = (picture.shape[1] - part_w) // 2, (picture.shape[0] - part_h) // 2
    part = picture[y : y + part_h, x : x + part_w]
    if part.shape[1::-1] == SIZE_WH:
        return np.ascontiguousarray(part)
    return np.asarray(cv2.resize(part, SIZE_WH, interpolation=cv2.INTER_AREA), np.uint8)


def _windy(picture: Picture, seconds: float, phases: NDArray[np.float64]) -> Picture:
    """Bend the trees in gusts: slow waves through small parts of the picture, in place."""
    gust = 0.5 + 0.5 * sin(2 * pi * seconds / 7 + phases[0])
    for tree, phase in zip(TREES, phases[1:], strict=True):
        height, width = picture.shape[:2]
        x1, x2 = int(tree[0] * width), int(tree[2] * width)
        y1, y2 = int(tree[1] * height), int(tree[3] * height)
        part = picture[y1:y2, x1:x2]
        ys, xs = np.mgrid[0 : y2 - y1, 0 : x2 - x1].astype(np.float32)
        wave = np.sin(2 * pi * (seconds * 0.9 + xs / 37 + ys / 53) + phase)
        bent = xs + (SWAY_PX * gust * wave).astype(np.float32)
        picture[y1:y2, x1:x2] = cv2.remap(
            part, bent, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
    return picture


def _noisy(picture: Picture, random: np.random.Generator) -> Picture:
    """Fresh noise: of brightness in every pixel, of colour in every second one and weaker."""
    height, width = picture.shape[:2]
    grey = random.standard_normal((height, width, 1), np.float32) * np.float32(NOISE_SIGMA)
    coarse = random.standard_normal((height // 2, width // 2, 3), np.float32)
    colour = cv2.resize(coarse, (width, height)) * (NOISE_SIGMA * CHROMA_SHARE)
    noisy = np.clip(picture + grey + colour + 0.5, 0, 255)
    return np.asarray(noisy, np.uint8)
