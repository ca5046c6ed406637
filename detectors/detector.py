"""A model of the site, ready to see: card, session and thresholds together."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from detectors.arrangement import Arrangement
from detectors.batch import FrameBatch
from detectors.canvas import canvases
from detectors.config import ModelConfig, Provider
from detectors.cutout import Cutout, cutout_of
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
        cuts: Whether parts of a picture are cheaper than all of it; on a GPU they are not.
        stages: Where the time of `detect` went.
    """

    model_id: str
    labels: tuple[str, ...]
    input: ModelInput
    nms: NmsConfig
    session: Session
    cuts: bool = False
    stages: StageLedger = field(default_factory=_stages)

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        """One `Detections` a frame, in order; frames may be of several cameras and sizes.

        Each size of model input is a run of its own. Of frames that say where to look, those
        parts are seen where that is cheaper, side by side with those of other frames.
        """
        cutouts = {i: each for i, frame in enumerate(frames) if (each := self._cutout(frame))}
        seen = self._seen_in_parts(frames, cutouts)
        for places in self._by_input(frames, [i for i in range(len(frames)) if i not in cutouts]):
            with self.stages.timed("letterbox"):
                batch = FrameBatch.fill([frames[place] for place in places], self.input)
            with self.stages.timed("inference"):
                boxes, scores = self.session.run(batch.tensor)
            with self.stages.timed("nms"):
                for i, place in enumerate(places):
                    found = suppress(boxes[i], scores[i], self.nms)
                    xyxy = batch.letterboxes[i].to_source(found.xyxy)
                    seen[place] = self._detections(frames[place], replace(found, xyxy=xyxy))
        return [seen[place] for place in range(len(frames))]

    def _cutout(self, frame: Frame) -> Cutout | None:
        with self.stages.timed("letterbox"):
            return cutout_of(frame, self.input) if self.cuts else None

    def _seen_in_parts(
        self, frames: Sequence[Frame], cutouts: Mapping[int, Cutout]
    ) -> dict[int, Detections]:
        seen = {i: self._detections(frames[i], Boxes.none()) for i in cutouts}
        shown = {i: cutout for i, cutout in cutouts.items() if cutout.parts}
        for canvas in canvases(shown, self.input):
            with self.stages.timed("letterbox"):
                images = {i: frames[i].model_image(cutouts[i].scaled_wh) for i in canvas.places}
                tensor = canvas.fill(images, self.input.pad)
            with self.stages.timed("inference"):
                boxes, scores = self.session.run(tensor)
            with self.stages.timed("nms"):
                split = canvas.split(suppress(boxes[0], scores[0], self.nms))
            seen |= {i: self._detections(frames[i], found) for i, found in split.items()}
        return seen

    def _by_input(self, frames: Sequence[Frame], places: Iterable[int]) -> Iterable[list[int]]:
        """Of `places` in the batch those whose model inputs have one size."""
        groups: dict[Wh, list[int]] = {}
        for place in places:
            input_wh = Letterbox.fit(frames[place].wh, self.input).input_wh
            groups.setdefault(input_wh, []).append(place)
        return groups.values()

    def _detections(self, frame: Frame, found: Boxes) -> Detections:
        return Detections(
            at=frame.at,
            source_wh=frame.wh,
            model_id=self.model_id,
            xyxy=found.xyxy,
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
        cuts=_is_on_cpu(config),
    )


def _runnable(catalogue: Catalogue, config: ModelConfig) -> ModelCard:
    """The card, or its float32 twin where int8 would be slower; says so."""
    card = catalogue.card(config.card)
    if card.precision is not Precision.INT8 or card.float_twin is None:
        return card
    if _is_on_cpu(config) and has_integer_dot_products():
        return card
    logger.warning(
        "model %s: int8 is no faster here (no VNNI, or not on the CPU); %s is used instead of %s",
        config.id,
        card.float_twin,
        card.id,
        extra={"action": "model-fallback", "model_id": config.id},
    )
    return catalogue.card(card.float_twin)


def _is_on_cpu(config: ModelConfig) -> bool:
    return set(config.providers) <= {Provider.CPU, Provider.OPENVINO}
