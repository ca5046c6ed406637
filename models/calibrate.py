"""Runs a float graph over pictures and counts what values its tensors take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from models.graph import Graph, Port
from models.onnx_file import serialise
from models.ranges import Histogram

_BINS = 2048


def observe(
    graph: Graph, tensors: Sequence[str], pictures: Sequence[NDArray[np.uint8]]
) -> dict[str, Histogram]:
    """Histograms of the named tensors, each (N, C, H, W).

    Args:
        graph: a float graph with the input `images`.
        tensors: names inside the graph.
        pictures: letterboxed, (size, size, 3) BGR.
    """
    run = _Run(graph, tensors)
    low = dict.fromkeys(tensors, np.inf)
    high = dict.fromkeys(tensors, -np.inf)
    for values in map(run, pictures):
        for name, value in values:
            low[name] = min(low[name], float(value.min()))
            high[name] = max(high[name], float(value.max()))
    counts = {name: np.zeros(_BINS, np.int64) for name in tensors}
    for values in map(run, pictures):
        for name, value in values:
            counts[name] += np.histogram(value, _BINS, (low[name], high[name]))[0]
    return {
        name: Histogram(low=low[name], high=high[name], counts=counts[name]) for name in tensors
    }


class _Run:
    """A session of the graph with the tensors as outputs."""

    def __init__(self, graph: Graph, tensors: Sequence[str]) -> None:
        import onnxruntime  # only building needs it here

        free = ("N", "C", "H", "W")
        outputs = tuple(
            Port(name=t, dtype="float32", shape=tuple(f"{a}{i}" for a in free))
            for i, t in enumerate(tensors)
        )
        probe = Graph(
            nodes=graph.nodes, constants=graph.constants, inputs=graph.inputs, outputs=outputs
        )
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        self._tensors = tensors
        self._session = onnxruntime.InferenceSession(
            serialise(probe, name="calibration"),
            sess_options=options,
            providers=["CPUExecutionProvider"],
        )

    def __call__(self, picture: NDArray[np.uint8]) -> Iterator[tuple[str, NDArray[np.float32]]]:
        found = self._session.run(list(self._tensors), {"images": picture[None]})
        return zip(self._tensors, found, strict=True)
