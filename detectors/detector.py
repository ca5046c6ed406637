"""A model of the site, ready to see: card, session and thresholds together."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from detectors.arrangement import Arrangement
from detectors.batch import FrameBatch
from detectors.config import ModelConfig, Provider
from detectors.detections import Detections
from detectors.letterbox import Letterbox, Wh
from detectors.nms import Boxes, NmsConfig, suppress
from detectors.processor import has_integer_dot_products
from detectors.session import OnnxSession, cores
from ingest.frame import Frame
from ingest.stage_ledger import StageLedger
from models.card import ModelCard, ModelInput, Precision
from models.catalogue import Catalogue
from models.contract import check_ports

STAGES = ("letterbox", "inference", "nms")

logger = logging.getLogger(__name__)


def _stages() -> StageLedger:
    return StageLedger(STAGES)


class Session(Protocol):
    """What a detector needs of an opened model."""

    def run(self, tensor: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Boxes (N, anchors, 4) in input pixels and scores (N, anchors, classes)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detector:
    """Sees objects on batches of frames.

    Attributes:
        model_id: Id in the site file.
        labels: Names of the classes, by class id.
        input: How pictures are fitted into the model's input.
        stages: Where the time of `detect` went.
    """

    model_id: str
    labels: tuple[str, ...]
    input: ModelInput
    nms: NmsConfig
    session: Session
    stages: StageLedger = field(default_factory=_stages)

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        """One `Detections` a frame, in order; frames may be of several cameras and sizes.

        Each size of model input is a run of its own.
        """
        seen: dict[int, Detections] = {}
        for places in self._by_input([frame.wh for frame in frames]):
            with self.stages.timed("letterbox"):
                batch = FrameBatch.fill([frames[place] for place in places], self.input)
            with self.stages.timed("inference"):
                boxes, scores = self.session.run(batch.tensor)
            with self.stages.timed("nms"):
                for i, place in enumerate(places):
                    seen[place] = self._detections(batch, i, boxes[i], scores[i])
        return [seen[place] for place in range(len(frames))]

    def _by_input(self, sizes: Sequence[Wh]) -> Iterable[list[int]]:
        """Places in the batch of those whose model inputs have one size."""
        groups: dict[Wh, list[int]] = {}
        for place, source_wh in enumerate(sizes):
            groups.setdefault(Letterbox.fit(source_wh, self.input).input_wh, []).append(place)
        return groups.values()

    def _detections(
        self,
        batch: FrameBatch,
        index: int,
        boxes: NDArray[np.float32],
        scores: NDArray[np.float32],
    ) -> Detections:
        found: Boxes = suppress(boxes, scores, self.nms)
        frame, letterbox = batch.frames[index], batch.letterboxes[index]
        return Detections(
            at=frame.at,
            source_wh=frame.wh,
            model_id=self.model_id,
            xyxy=letterbox.to_source(found.xyxy),
            confidence=found.confidence,
            class_id=found.class_id,
        )

    def warm_up(self) -> None:
        """Run once on an empty picture, so that the first frame is not the slow one."""
        width, height = self.input.size_wh
        self.session.run(np.zeros((1, height, width, 3), np.uint8))


def open_detector(
    config: ModelConfig, catalogue: Catalogue, threads: int | None = None
) -> Detector:
    """Open the model of one site-file entry; `threads` of each run override the entry's.

    Raises:
        CatalogueError: The card or its file is unknown, damaged or does not fit the other.
        SessionError: A provider is not installed, or the file cannot be opened.
    """
    card = _runnable(catalogue, config)
    catalogue.verify_checksum(card)
    file = catalogue.file(card)
    session = OnnxSession(
        file,
        model_id=config.id,
        providers=config.providers,
        threads=threads or Arrangement.of(config, cores()).threads,
    )
    check_ports(card, file, session.inputs, session.outputs)
    return Detector(
        model_id=config.id,
        labels=card.classes,
        input=card.input,
        nms=NmsConfig(
            min_confidence=config.min_confidence or card.min_confidence, iou=card.nms_iou
        ),
        session=session,
    )


def _runnable(catalogue: Catalogue, config: ModelConfig) -> ModelCard:
    """The card, or its float32 twin where int8 would be slower; says so."""
    card = catalogue.card(config.card)
    is_on_cpu = set(config.providers) <= {Provider.CPU, Provider.OPENVINO}
    if card.precision is not Precision.INT8 or card.float_twin is None:
        return card
    if is_on_cpu and has_integer_dot_products():
        return card
    logger.warning(
        "model %s: int8 is no faster here (no VNNI, or not on the CPU); %s is used instead of %s",
        config.id,
        card.float_twin,
        card.id,
        extra={"action": "model-fallback", "model_id": config.id},
    )
    return catalogue.card(card.float_twin)
