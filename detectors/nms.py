"""Non-maximum suppression, class by class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

NMS_BY_CLASS: Any = cv2.dnn.NMSBoxesBatched
"""OpenCV's stubs ask for lists; arrays are what it is quick with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NmsConfig:
    """Thresholds in 0–1; `max_candidates` bounds the work on a crowded or broken picture."""

    min_confidence: float
    iou: float
    max_candidates: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Boxes:
    """Boxes of one picture: xyxy (n, 4) float32, confidence (n,) float32, class_id (n,) int64."""

    xyxy: NDArray[np.float32]
    confidence: NDArray[np.float32]
    class_id: NDArray[np.int64]

    @classmethod
    def none(cls) -> Boxes:
        """Of a picture with nothing on it."""
        return cls(
            xyxy=np.empty((0, 4), np.float32),
            confidence=np.empty(0, np.float32),
            class_id=np.empty(0, np.int64),
        )


def suppress(boxes: NDArray[np.float32], scores: NDArray[np.float32], config: NmsConfig) -> Boxes:
    """Keep the best of overlapping boxes of each class, most confident first.

    Args:
        boxes: (a, 4) xyxy in pixels.
        scores: (a, classes) in 0–1; a box may stand for several classes.
        config: Thresholds.
    """
    flat = scores.ravel()  # NumPy finds true values along one axis 20 times as fast as along two
    found = np.flatnonzero(flat >= config.min_confidence)
    confidence = flat[found]
    anchor, class_id = np.divmod(found, scores.shape[1])
    if len(anchor) > config.max_candidates:
        best = np.argsort(-confidence, kind="stable")[: config.max_candidates]
        anchor, class_id, confidence = anchor[best], class_id[best], confidence[best]
    xyxy = boxes[anchor]
    kept = _kept(xyxy, confidence, class_id, config)
    return Boxes(xyxy=xyxy[kept], confidence=confidence[kept], class_id=class_id[kept])


def _kept(
    xyxy: NDArray[np.float32],
    confidence: NDArray[np.float32],
    class_id: NDArray[np.int64],
    config: NmsConfig,
) -> NDArray[np.int64]:
    if len(xyxy) == 0:
        return np.empty(0, np.int64)
    xywh = np.concatenate([xyxy[:, :2], xyxy[:, 2:] - xyxy[:, :2]], axis=1)
    found = NMS_BY_CLASS(xywh, confidence, class_id, config.min_confidence, config.iou)
    kept = np.asarray(found, np.int64).reshape(-1)
    # OpenCV's order among equals is its own; ours must not depend on it
    return kept[np.lexsort((kept, -confidence[kept]))]
