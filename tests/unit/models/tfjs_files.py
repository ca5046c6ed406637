"""Writes tiny TensorFlow.js graph models for the tests of reader and converter."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = dict[str, NDArray[Any]]


def node(name: str, op: str, *inputs: str, **attributes: object) -> dict[str, Any]:
    """One operation of the topology."""
    return {"name": name, "op": op, "input": list(inputs), "attr": attributes}


def window(padding: str = "VALID", *, stride: int = 1) -> dict[str, Any]:
    """Attributes of a convolution."""
    return {
        "padding": {"s": base64.b64encode(padding.encode()).decode()},
        "strides": {"list": {"i": ["1", str(stride), str(stride), "1"]}},
    }


def write_graph(folder: Path, nodes: list[dict[str, Any]], weights: Weights) -> Path:
    """Writes `tiny.json` and `tiny.bin`; floats are stored as float16."""
    entries, packed = [], b""
    for name, value in weights.items():
        entry: dict[str, Any] = {"name": name, "shape": list(value.shape)}
        if value.dtype == np.float32:
            entry |= {"dtype": "float32", "quantization": {"dtype": "float16"}}
            packed += value.astype(np.float16).tobytes()
        else:
            entry |= {"dtype": "int32"}
            packed += value.astype(np.int32).tobytes()
        entries.append(entry)
    constants = [node(name, "Const") for name in weights]
    document = {
        "format": "graph-model",
        "modelTopology": {"node": constants + nodes},
        "weightsManifest": [{"paths": ["tiny.bin"], "weights": entries}],
    }
    (folder / "tiny.bin").write_bytes(packed)
    path = folder / "tiny.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
