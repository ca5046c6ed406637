"""A folder of pictures with true boxes: `images/*` and YOLO `labels/*.txt`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.errors import EvaluationError

_COLUMNS = 5  # class, then centre x, centre y, width, height in 0–1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelledPicture:
    """A picture and what is on it."""

    path: Path
    image: NDArray[np.uint8]  # (height, width, 3) BGR
    xyxy: NDArray[np.float64]  # (n, 4) in pixels
    class_id: NDArray[np.int64]  # (n,)


def read_dataset(folder: Path) -> Iterator[LabelledPicture]:
    """Every picture of `folder`, by name; one without a label file shows nothing.

    Raises:
        EvaluationError: no pictures, or a picture or label file that cannot be read.
    """
    paths = sorted(path for path in (folder / "images").glob("*") if path.is_file())
    if not paths:
        raise EvaluationError(f"{folder / 'images'} holds no pictures")
    for path in paths:
        image = cv2.imread(str(path))
        if image is None:
            raise EvaluationError(f"{path} cannot be read as a picture")
        xyxy, class_id = _labels(folder / "labels" / f"{path.stem}.txt", image.shape)
        yield LabelledPicture(
            path=path, image=np.asarray(image, np.uint8), xyxy=xyxy, class_id=class_id
        )


def _labels(path: Path, shape: tuple[int, ...]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    try:
        rows = np.array([[float(v) for v in line.split()] for line in lines if line.strip()])
        table = rows.reshape(len(rows), _COLUMNS)
    except ValueError as error:
        raise EvaluationError(f"{path}: not 'class x y width height' a line: {error}") from error
    height, width = shape[:2]
    pixels = table[:, 1:] * np.array([width, height, width, height], np.float64)
    centre, half = pixels[:, :2], pixels[:, 2:] / 2
    return np.hstack([centre - half, centre + half]), table[:, 0].astype(np.int64)
