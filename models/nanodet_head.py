"""Turns the last convolutions of NanoDet into boxes and scores, inside the graph.

The outputs are `boxes` (N, A, 4), x1 y1 x2 y2 in pixels of the letterboxed input, and `scores`
(N, A, C) in 0–1, for the A cells whose best class is surest. Only these are decoded: sigmoid
and softmax over all 3,549 cells cost more than finding the candidates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.graph import Graph, Port


@dataclass(frozen=True, slots=True, kw_only=True)
class NanoDetHead:
    """Generalised focal loss head: class scores and, per side, a distribution of distances.

    Attributes:
        size: Longest side of an input; a smaller one uses a corner of each level's cells.
    """

    size: int = 416
    strides: tuple[int, ...] = (8, 16, 32)
    classes: int = 80
    bins: int = 11
    candidates: int = 500

    @property
    def smallest_area_px(self) -> float:
        """An input must have at least this many pixels, to have a cell for each candidate."""
        return self.candidates / sum(stride**-2 for stride in self.strides)


def append_head(graph: Graph, levels: Sequence[str], head: NanoDetHead) -> None:
    """Appends the decoder to `levels`, (N, classes + 4 × bins, h, w) each, finest first."""
    widths = {"logits": head.classes, "sides": 4 * head.bins}
    for level in levels:
        _part_convolution(graph, level, widths)
    logits = _rows(graph, levels, "logits", head.classes)
    sides = _rows(graph, levels, "sides", 4 * head.bins)
    cell = _surest_cells(graph, logits, head)
    graph.emit("Sigmoid", _gather(graph, logits, cell), name="scores")
    tables = {
        name: _of_all_cells(graph, levels, name, table(head))
        for name, table in (("reaches", _reaches), ("centres", _centres))
    }
    _append_boxes(graph, _gather(graph, sides, cell), cell, tables, head)
    graph.outputs = (
        Port(name="boxes", dtype="float32", shape=("N", head.candidates, 4)),
        Port(name="scores", dtype="float32", shape=("N", head.candidates, head.classes)),
    )


def _part_convolution(graph: Graph, level: str, widths: dict[str, int]) -> None:
    """Replaces a convolution by one for each part: each gets its own range in int8."""
    whole = graph.producer(level)
    graph.nodes.remove(whole)
    kernel, bias = (graph.constants[name] for name in whole.inputs[1:3])
    start = 0
    for part, width in widths.items():
        name, rows = f"{level}.{part}", slice(start, start + width)
        weight = graph.constant(f"{name}.weight", kernel[rows])
        offset = graph.constant(f"{name}.bias", bias[rows])
        graph.emit("Conv", whole.inputs[0], weight, offset, name=name, **whole.attributes)
        start += width


def _rows(graph: Graph, levels: Sequence[str], part: str, width: int) -> str:
    """One row for each cell of all levels: (N, cells, width)."""
    shape = graph.constant(f"{part}.shape", np.array([0, -1, width], np.int64))
    rows = []
    for level in levels:
        name = f"{level}.{part}"
        last = graph.emit("Transpose", name, name=f"{name}.nhwc", perm=[0, 2, 3, 1])
        rows.append(graph.emit("Reshape", last, shape, name=f"{name}.rows"))
    return graph.emit("Concat", *rows, name=part, axis=1)


def _surest_cells(graph: Graph, logits: str, head: NanoDetHead) -> str:
    """Indices of the cells with the highest logits: (N, candidates)."""
    axis = graph.constant("classes.axis", np.array([2], np.int64))
    best = graph.emit("ReduceMax", logits, axis, name="surest", keepdims=0)
    count = graph.constant("candidates", np.array([head.candidates], np.int64))
    graph.emit_top(best, count, values="surest.logit", indices="cell")
    return "cell"


def _gather(graph: Graph, rows: str, cell: str) -> str:
    axis = graph.constant("cell.axis", np.array([2], np.int64))
    index = graph.emit("Unsqueeze", cell, axis, name=f"{rows}.index")
    return graph.emit("GatherND", rows, index, name=f"{rows}.candidates", batch_dims=1)


def _of_all_cells(
    graph: Graph, levels: Sequence[str], name: str, tables: Sequence[NDArray[np.float32]]
) -> str:
    """Rows of `tables` for the cells that the input has, in the order of `_rows`: (cells, 4)."""
    start = graph.constant("first.cell", np.array([0, 0], np.int64))
    shape = graph.constant("cells.shape", np.array([-1, 4], np.int64))
    rows = []
    for level, table in zip(levels, tables, strict=True):
        part = f"{level}.{name}"
        end = graph.emit("Shape", f"{level}.logits", name=f"{part}.end", start=2, end=4)
        whole = graph.constant(f"{part}.all", table)
        held = graph.emit("Slice", whole, start, end, name=f"{part}.held")
        rows.append(graph.emit("Reshape", held, shape, name=f"{part}.rows"))
    return graph.emit("Concat", *rows, name=name, axis=0)


def _append_boxes(
    graph: Graph, sides: str, cell: str, tables: Mapping[str, str], head: NanoDetHead
) -> None:
    # The expected distance, in cells, for left, top, right, bottom. A product of two matrices:
    # ONNX Runtime multiplies stacks of matrices by a vector one by one, ten times slower.
    flat = graph.constant("bins.shape", np.array([-1, head.bins], np.int64))
    chance = graph.emit("Softmax", graph.emit("Reshape", sides, flat, name="bins"), name="chance")
    values = graph.constant("bins.values", np.arange(head.bins, dtype=np.float32)[:, None])
    expected = graph.emit("MatMul", chance, values, name="expected")
    shape = graph.constant("distance.shape", np.array([-1, head.candidates, 4], np.int64))
    distance = graph.emit("Reshape", expected, shape, name="distance")
    reach = graph.emit("Gather", tables["reaches"], cell, name="reach", axis=0)
    centre = graph.emit("Gather", tables["centres"], cell, name="centre", axis=0)
    offset = graph.emit("Mul", distance, reach, name="offset")
    graph.emit("Add", offset, centre, name="boxes")


def _reaches(head: NanoDetHead) -> list[NDArray[np.float32]]:
    """Pixels of one cell, negative towards left and top; (rows, columns, 4) a level."""
    signs = np.array([-1, -1, 1, 1], np.float32)
    return [
        np.broadcast_to(signs * np.float32(stride), (*_most_cells(head, stride), 4)).copy()
        for stride in head.strides
    ]


def _centres(head: NanoDetHead) -> list[NDArray[np.float32]]:
    """Centre of each cell as x y x y in pixels; (rows, columns, 4) a level."""
    levels = []
    for stride in head.strides:
        rows, columns = (np.arange(n) for n in _most_cells(head, stride))
        y, x = np.meshgrid(rows, columns, indexing="ij")
        levels.append(((np.stack([x, y, x, y], axis=-1) + 0.5) * stride).astype(np.float32))
    return levels


def _most_cells(head: NanoDetHead, stride: int) -> tuple[int, int]:
    return head.size // stride, head.size // stride
