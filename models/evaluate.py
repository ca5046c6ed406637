"""COCO mean average precision of a detector, over pictures with known boxes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.dataset import LabelledPicture, read_dataset
from models.errors import MissingExtraError

MIN_CONFIDENCE = 0.01
"""Threshold a detector should be evaluated with: precision is averaged over all recalls."""

NMS_IOU = 0.6
"""Overlap of boxes of one class that a detector should be evaluated with."""

_WARM_UPS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """What a detector sees on one picture, in pixels of that picture."""

    xyxy: NDArray[np.float32]  # (n, 4)
    confidence: NDArray[np.float32]  # (n,)
    class_id: NDArray[np.int64]  # (n,)


class Detect(Protocol):
    """Looks at one picture (height, width, 3), BGR."""

    def __call__(self, image: NDArray[np.uint8], /) -> Found:
        """What is on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Accuracy, and the median time of one picture as `detect` takes it."""

    map: float
    map50: float
    ms: float

    def rounded(self) -> dict[str, float]:
        """As `xueliang models evaluate --json` prints it."""
        return {key: round(value, 4 if key != "ms" else 2) for key, value in asdict(self).items()}


def evaluate(detect: Detect, folder: Path) -> Evaluation:
    """Runs `detect` over `folder` (`images/`, YOLO `labels/`).

    The figure is comparable with published ones where `detect` uses `MIN_CONFIDENCE` and
    `NMS_IOU`, and class ids are those of the labels.

    Raises:
        EvaluationError: the folder cannot be used.
        MissingExtraError: faster-coco-eval is not installed.
    """
    pictures = list(read_dataset(folder))
    for picture in pictures[:_WARM_UPS]:
        detect(picture.image)
    found, times_s = [], []
    for picture in pictures:
        start = time.perf_counter()
        found.append(detect(picture.image))
        times_s.append(time.perf_counter() - start)
    mean, at_half = _average_precision(pictures, found)
    return Evaluation(map=mean, map50=at_half, ms=median(times_s) * 1000)


def _average_precision(
    pictures: Sequence[LabelledPicture], found: Sequence[Found]
) -> tuple[float, float]:
    try:
        from faster_coco_eval import COCO, COCOeval_faster
    except ImportError as error:
        raise MissingExtraError(package="faster-coco-eval") from error
    detections = list(_detections(found))
    if not detections:
        return 0.0, 0.0
    truth = COCO(_truth(pictures))
    scores = COCOeval_faster(truth, truth.loadRes(detections), "bbox", print_function=_silent)
    scores.evaluate()
    scores.accumulate()
    scores.summarize()
    return float(scores.stats[0]), float(scores.stats[1])


def _truth(pictures: Sequence[LabelledPicture]) -> dict[str, Any]:
    """The pictures in COCO's form; its ids start at 1."""
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, picture in enumerate(pictures, 1):
        height, width = picture.image.shape[:2]
        images.append({"id": number, "width": width, "height": height})
        for box, label in zip(_xywh(picture.xyxy), picture.class_id.tolist(), strict=True):
            annotation = {"image_id": number, "category_id": label + 1, "bbox": box, "iscrowd": 0}
            area = box[2] * box[3]
            annotations.append({"id": len(annotations) + 1, "area": area, **annotation})
    labels = sorted({annotation["category_id"] for annotation in annotations})
    categories = [{"id": label, "name": str(label)} for label in labels]
    return {"images": images, "annotations": annotations, "categories": categories}


def _detections(found: Sequence[Found]) -> Iterator[dict[str, Any]]:
    for number, seen in enumerate(found, 1):
        rows = zip(_xywh(seen.xyxy), seen.class_id.tolist(), seen.confidence.tolist(), strict=True)
        for box, label, score in rows:
            yield {"image_id": number, "category_id": label + 1, "bbox": box, "score": score}


def _xywh(xyxy: NDArray[Any]) -> list[list[float]]:
    boxes: list[list[float]] = np.hstack([xyxy[:, :2], xyxy[:, 2:] - xyxy[:, :2]]).tolist()
    return boxes


def _silent(*_: object) -> None:
    """The library prints its table otherwise."""
