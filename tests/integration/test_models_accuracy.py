"""The committed models are as accurate and as fast as promised, on pictures nobody tuned on."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import cv2
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from deploy.evaluation import evaluate_cards
from models.card import ModelCard
from models.catalogue import DEFAULT_CARD, Catalogue
from models.evaluate import MIN_CONFIDENCE, Evaluation, Found, evaluate

pytestmark = pytest.mark.data

REFERENCE_MAP = 0.371  # NanoDet-g, fp32, on the pictures beside the repository (their README)
TOLERANCE = 0.01
SPEED_UP = 1.6
ROUNDS = 40
ROUNDED = 0.002
"""Between processors the last bits differ."""

Run = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], NDArray[np.float32]]]


def _session(catalogue: Catalogue, card: ModelCard) -> Run:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        str(catalogue.file(card)), sess_options=options, providers=["CPUExecutionProvider"]
    )

    def run(batch: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        boxes, scores = session.run(["boxes", "scores"], {card.input.name: batch})
        return boxes, scores

    return run


def _detect(card: ModelCard, run: Run) -> Callable[[NDArray[np.uint8]], Found]:
    """A plain detector, so that this test depends on nothing but the model and its card."""
    most_w, most_h = card.input.size_wh
    stride = card.input.stride
    assert stride is not None

    def detect(image: NDArray[np.uint8]) -> Found:
        height, width = image.shape[:2]
        scale = min(most_w / width, most_h / height)
        inner = (round(width * scale), round(height * scale))
        edge_w, edge_h = (-(-side // stride) * stride for side in inner)
        left, top = (edge_w - inner[0]) // 2, (edge_h - inner[1]) // 2
        canvas = np.full((1, edge_h, edge_w, 3), card.input.pad, np.uint8)
        canvas[0, top : top + inner[1], left : left + inner[0]] = cv2.resize(image, inner)
        boxes, scores = run(canvas)
        cell, label = np.nonzero(scores[0] >= MIN_CONFIDENCE)
        confidence = scores[0][cell, label]
        best = np.argsort(-confidence, kind="stable")[:1000]
        xyxy = (boxes[0][cell[best]] - [left, top, left, top]) / scale
        xyxy = np.clip(xyxy, 0, [width, height, width, height]).astype(np.float32)
        return _suppressed(card, xyxy, confidence[best], label[best])

    return detect


def _suppressed(
    card: ModelCard,
    xyxy: NDArray[np.float32],
    confidence: NDArray[np.float32],
    label: NDArray[np.int64],
) -> Found:
    xywh = np.hstack([xyxy[:, :2], xyxy[:, 2:] - xyxy[:, :2]])
    boxes, scores, labels = xywh.tolist(), confidence.tolist(), label.tolist()
    chosen = cv2.dnn.NMSBoxesBatched(boxes, scores, labels, MIN_CONFIDENCE, card.nms_iou)
    kept = np.asarray(chosen, np.int64).reshape(-1)
    return Found(xyxy=xyxy[kept], confidence=confidence[kept], class_id=label[kept])


@pytest.fixture(scope="module")
def measured(shared_data: Path) -> dict[str, Evaluation]:
    """Both precisions, evaluated in one run."""
    catalogue = Catalogue.load()
    folder = shared_data / "coco"
    return {
        card.id: evaluate(_detect(card, _session(catalogue, card)), folder)
        for card in map(catalogue.card, ("nanodet-g", DEFAULT_CARD))
    }


def test_float_weights_reach_the_published_accuracy(measured: dict[str, Evaluation]) -> None:
    assert measured["nanodet-g"].map == pytest.approx(REFERENCE_MAP, abs=TOLERANCE)


def test_integers_cost_little_accuracy(measured: dict[str, Evaluation]) -> None:
    assert measured[DEFAULT_CARD].map >= measured["nanodet-g"].map - TOLERANCE


def test_the_cards_say_what_the_pipeline_measures(shared_data: Path) -> None:
    """As `xueliang models evaluate` does, scaling included: the cards have it from there."""
    card_ids = ("nanodet-g", DEFAULT_CARD)
    found = evaluate_cards(card_ids, shared_data / "coco", None)
    for card_id in card_ids:
        said = Catalogue.load().card(card_id).measured
        assert found[card_id].map == pytest.approx(said.map, abs=ROUNDED)
        assert found[card_id].map50 == pytest.approx(said.map50, abs=ROUNDED)


def _has_vnni() -> bool:
    cpuinfo = Path("/proc/cpuinfo")
    return cpuinfo.exists() and "vnni" in cpuinfo.read_text(encoding="utf-8")


@pytest.mark.skipif(not _has_vnni(), reason="this processor has no VNNI: int8 is not faster")
def test_integers_are_faster() -> None:
    catalogue = Catalogue.load()
    runs = {i: _session(catalogue, catalogue.card(i)) for i in ("nanodet-g", DEFAULT_CARD)}
    picture = np.random.default_rng(1).integers(0, 256, (1, 416, 416, 3), np.uint8)
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):  # interleaved, so that other load meets both alike
        for name, run in runs.items():
            start = time.perf_counter()
            run(picture)
            times[name].append(time.perf_counter() - start)
    ratio = median(times["nanodet-g"]) / median(times[DEFAULT_CARD])
    assert ratio >= SPEED_UP, f"int8 is {ratio:.2f} times as fast"
