"""A small catalogue that the tests of this folder may damage."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from models.graph import Graph, Port
from models.onnx_file import serialise


def tiny_model(*, candidates: int = 2) -> bytes:
    """A model with the catalogue's contract whose boxes and scores are constant zeros."""
    graph = Graph(
        inputs=(Port(name="images", dtype="uint8", shape=("N", 32, 32, 3)),),
        outputs=(
            Port(name="boxes", dtype="float32", shape=("N", candidates, 4)),
            Port(name="scores", dtype="float32", shape=("N", candidates, 1)),
        ),
    )
    shape = graph.emit("Shape", "images", name="batch", start=0, end=1)
    for name, width in (("boxes", 4), ("scores", 1)):
        rest = graph.constant(f"{name}.rest", np.array([candidates, width], np.int64))
        full = graph.emit("Concat", shape, rest, name=f"{name}.shape", axis=0)
        zero = graph.constant(f"{name}.zero", np.zeros((1, candidates, width), np.float32))
        graph.emit("Expand", zero, full, name=name)
    # The picture's batch must be 1 or more; ONNX cannot see the fixed axes through Expand.
    return serialise(graph, name="tiny")


def tiny_card(model: bytes) -> dict[str, Any]:
    """A valid card for `tiny_model`."""
    return {
        "id": "tiny",
        "name": "Tiny",
        "version": "1",
        "origin": "made by a test",
        "licence": "Apache-2.0",
        "licence_file": "LICENSE",
        "file": "tiny.onnx",
        "sha256": hashlib.sha256(model).hexdigest(),
        "precision": "fp32",
        "decoder": "boxes-scores",
        "input": {"name": "images", "size_wh": [32, 32], "letterbox": "centre", "pad": 0},
        "outputs": [
            {"name": "boxes", "shape": ["N", 2, 4]},
            {"name": "scores", "shape": ["N", 2, 1]},
        ],
        "classes": ["person"],
        "min_confidence": 0.3,
        "nms_iou": 0.6,
        "measured": {"map": 0.1, "map50": 0.2, "ms": 1.0, "where": "nowhere"},
    }


def write_card(folder: Path, card: dict[str, Any]) -> Path:
    """Writes the card as `tiny.yaml`."""
    path = folder / "tiny.yaml"
    path.write_text(yaml.safe_dump(card, allow_unicode=True), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def model() -> bytes:
    """The bytes of a tiny model."""
    return tiny_model()


@pytest.fixture
def card(model: bytes) -> dict[str, Any]:
    """A valid card, to be changed."""
    return tiny_card(model)


@pytest.fixture
def folder(tmp_path: Path, model: bytes, card: dict[str, Any]) -> Path:
    """A catalogue of one tiny model."""
    (tmp_path / "tiny.onnx").write_bytes(model)
    write_card(tmp_path, card)
    return tmp_path
