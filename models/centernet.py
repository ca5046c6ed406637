"""CenterNet with MobileNetV3, 512, of the same package: built to be compared with, not shipped."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.convert import convert
from models.graph import Graph, Port
from models.normalise import append_normalisation
from models.tf_tensor import NHWC, Tensor
from models.tfjs import TfGraph

SIZE = 512
_STRIDE = 4
_CELLS = SIZE // _STRIDE
_CLASSES = 80
_CANDIDATES = 100  # as in the original's own decoder

_HEAT, _SIDES = "tower_0/keypoints", "tower_0/wh"


def centernet_graph(source: TfGraph) -> Graph:
    """The float graph, decoded to the same outputs as NanoDet's.

    Raises:
        BuildError: `source` is not the graph this was written for.
    """
    graph = Graph(inputs=(Port(name="images", dtype="uint8", shape=("N", SIZE, SIZE, 3)),))
    planes = append_normalisation(
        graph, "images", mean=np.zeros(3, np.float32), std=np.ones(3, np.float32)
    )
    # The network was trained on red, green, blue in 0–255.
    order = graph.constant("rgb", np.array([2, 1, 0], np.int64))
    colours = graph.emit("Gather", planes, order, name="colours", axis=1)
    image = Tensor(name=colours, axes=NHWC, channels=3, size=(SIZE, SIZE))
    heat, sides = convert(source, graph, image, targets=(_HEAT, _SIDES))
    _append_decoder(graph, _peaks(graph, heat), _rows(graph, sides, 4))
    graph.outputs = (
        Port(name="boxes", dtype="float32", shape=("N", _CANDIDATES, 4)),
        Port(name="scores", dtype="float32", shape=("N", _CANDIDATES, _CLASSES)),
    )
    return graph


def _peaks(graph: Graph, heat: str) -> str:
    """Scores of the cells that are the highest of their 3×3, others zero: (N, cells, classes)."""
    highest = graph.emit(
        "MaxPool", heat, name="heat.highest", kernel_shape=[3, 3], pads=[1, 1, 1, 1]
    )
    equal = graph.emit("Equal", heat, highest, name="heat.equal")
    zero = graph.constant("heat.zero", np.zeros((), np.float32))
    peaks = graph.emit("Where", equal, heat, zero, name="heat.peaks")
    return _rows(graph, peaks, _CLASSES)


def _rows(graph: Graph, planes: str, width: int) -> str:
    last = graph.emit("Transpose", planes, name=f"{planes}.nhwc", perm=[0, 2, 3, 1])
    shape = graph.constant(f"{planes}.shape", np.array([0, -1, width], np.int64))
    return graph.emit("Reshape", last, shape, name=f"{planes}.rows")


def _append_decoder(graph: Graph, scores: str, sides: str) -> None:
    axis = graph.constant("axis", np.array([2], np.int64))
    best = graph.emit("ReduceMax", scores, axis, name="surest", keepdims=0)
    count = graph.constant("candidates", np.array([_CANDIDATES], np.int64))
    graph.emit_top(best, count, values="surest.score", indices="cell")
    index = graph.emit("Unsqueeze", "cell", axis, name="cell.index")
    graph.emit("GatherND", scores, index, name="scores", batch_dims=1)
    # Distances in pixels to the left, top, right, bottom of the cell's corner.
    reach = graph.emit("GatherND", sides, index, name="reach", batch_dims=1)
    signs = graph.constant("signs", np.array([-1, -1, 1, 1], np.float32))
    offset = graph.emit("Mul", reach, signs, name="offset")
    corner = graph.emit("Gather", graph.constant("corners", _corners()), "cell", name="corner")
    graph.emit("Add", offset, corner, name="boxes")


def _corners() -> NDArray[np.float32]:
    """Top left of each cell as x y x y in pixels; (cells, 4)."""
    edge = np.arange(_CELLS, dtype=np.float32) * _STRIDE
    y, x = np.meshgrid(edge, edge, indexing="ij")
    return np.stack([x, y, x, y], axis=-1).reshape(-1, 4)
