"""Accuracy of cards on labelled pictures, seen through the pipeline's own eyes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from detectors.config import ModelConfig
from detectors.detector import Detector, open_detector
from ingest.frame import CameraId, Frame, FrameTime
from ingest.scaler import PictureScaler
from models.catalogue import Catalogue
from models.evaluate import MIN_CONFIDENCE, NMS_IOU, Evaluation, Found, evaluate


def evaluate_cards(
    card_ids: Sequence[str], folder: Path, threads: int | None
) -> dict[str, Evaluation]:
    """COCO mAP of each card over `folder`; without ids, of every card that is built.

    Raises:
        CatalogueError: A card is unknown or its file damaged, or the folder cannot be used.
    """
    catalogue = Catalogue.load()
    built = [card.id for card in catalogue.cards.values() if catalogue.is_built(card)]
    return {
        card_id: evaluate(_Eyes(card_id, catalogue, threads), folder)
        for card_id in (card_ids or built)
    }


class _Eyes:
    """A detector on single pictures, with the thresholds that evaluation asks for."""

    def __init__(self, card_id: str, catalogue: Catalogue, threads: int | None) -> None:
        detector = open_detector(ModelConfig(id="evaluated", card=card_id), catalogue, threads)
        nms = replace(detector.nms, min_confidence=MIN_CONFIDENCE, iou=NMS_IOU)
        self._detector: Detector = replace(detector, nms=nms)

    def __call__(self, image: NDArray[np.uint8], /) -> Found:
        """What is on `image` (height, width, 3), BGR."""
        found = self._detector.detect([_frame(image)])[0]
        return Found(xyxy=found.xyxy, confidence=found.confidence, class_id=found.class_id)


def _frame(image: NDArray[np.uint8]) -> Frame:
    at = FrameTime(
        camera_id=CameraId("picture"),
        session="evaluation",
        number=1,
        time_s=0.0,
        captured_at=datetime.now(UTC),
    )
    picture = av.VideoFrame.from_ndarray(image, format="bgr24")
    return Frame(at=at, picture=picture, scaler=PictureScaler())
