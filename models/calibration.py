"""The pictures that the integer ranges are chosen on: listed ones, and frames of the samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.errors import BuildError

LIST = Path(__file__).with_name("calibration.txt")
FRAMES_A_SAMPLE = 8
DEFAULT_PICTURES = Path("/usr/share/doc/opencv-doc/examples/data")


def calibration_pictures(
    *, size: int, samples: Path, pictures: Path = DEFAULT_PICTURES
) -> list[NDArray[np.uint8]]:
    """Letterboxed pictures (size, size, 3) BGR, always in the same order.

    Args:
        size: edge of the model's input in pixels.
        samples: folder of the demo's recordings, `*.mp4`.
        pictures: data folder of Debian's package opencv-doc.

    Raises:
        BuildError: a listed picture or every sample is missing.
    """
    found = [*_listed(pictures), *_frames(samples)]
    return [_letterboxed(picture, size) for picture in found]


def _listed(folder: Path) -> Iterator[NDArray[np.uint8]]:
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            picture = cv2.imread(str(folder / line))
            if picture is None:
                raise BuildError(f"{folder / line} cannot be read (apt-get install opencv-doc)")
            yield np.asarray(picture, np.uint8)


def _frames(folder: Path) -> Iterator[NDArray[np.uint8]]:
    videos = sorted(folder.glob("*.mp4"))
    if not videos:
        raise BuildError(f"{folder} holds no .mp4 to calibrate on")
    for video in videos:
        yield from _spread_frames(video)


def _spread_frames(video: Path) -> Iterator[NDArray[np.uint8]]:
    """Frames from the middles of equal parts of the recording."""
    reader = cv2.VideoCapture(str(video))
    try:
        count = int(reader.get(cv2.CAP_PROP_FRAME_COUNT))
        wanted = {int((part + 0.5) * count / FRAMES_A_SAMPLE) for part in range(FRAMES_A_SAMPLE)}
        for number in range(count):
            if not reader.grab():
                raise BuildError(f"{video}: frame {number} of {count} cannot be decoded")
            if number in wanted:
                yield np.asarray(reader.retrieve()[1], np.uint8)
    finally:
        reader.release()


def _letterboxed(picture: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    scale = min(size / width, size / height)
    inner = (round(width * scale), round(height * scale))
    left, top = (size - inner[0]) // 2, (size - inner[1]) // 2
    canvas = np.zeros((size, size, 3), np.uint8)
    canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(picture, inner)
    return canvas
