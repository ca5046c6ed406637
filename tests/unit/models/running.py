"""Runs a graph in ONNX Runtime."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.graph import Graph
from models.onnx_file import serialise


def run_graph(graph: Graph, name: str, value: NDArray[Any]) -> list[NDArray[Any]]:
    """All outputs of `graph` for one input."""
    session = onnxruntime.InferenceSession(
        serialise(graph, name="test"), providers=["CPUExecutionProvider"]
    )
    return [np.asarray(output) for output in session.run(None, {name: value})]
