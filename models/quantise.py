"""Static int8: writes quantise–dequantise pairs around the operations that run on integers.

Activations are uint8 with a zero point, one range for a tensor; weights int8, symmetric, one
scale for each output channel: the pair that processors with VNNI multiply fastest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.affine import Affine
from models.errors import BuildError
from models.graph import Graph, Node
from models.pixels import PictureInput

# Operations that only move or compare values, or mean neighbours: integers as they are.
MOVING = frozenset({"Concat", "GatherND", "MaxPool", "ReduceMax", "Reshape", "Resize", "Transpose"})
# Operations that compute on integers when a quantise–dequantise pair surrounds them.
COMPUTING = frozenset({"Add", "Conv", "LeakyRelu"})


def quantise(source: Graph, ranges: Mapping[str, Affine], picture: PictureInput) -> Graph:
    """The graph with integer convolutions.

    Args:
        source: a float graph whose front is `append_normalisation`.
        ranges: the mapping of each output of a `COMPUTING` node that shall run on integers;
            operands of a concatenation share one.
        picture: what replaces the front.

    Raises:
        BuildError: operands of a concatenation have different mappings.
    """
    target = Graph(inputs=source.inputs, outputs=source.outputs)
    picture.append_groups(target)
    writer = _Writer(source=source, ranges=ranges, picture=picture, target=target)
    front = next(i for i, n in enumerate(source.nodes) if picture.planes in n.outputs)
    for node in source.nodes[front + 1 :]:
        writer.write(node)
    return target


@dataclass(slots=True, kw_only=True)
class _Writer:
    source: Graph
    ranges: Mapping[str, Affine]
    picture: PictureInput
    target: Graph
    affine: dict[str, Affine] = field(default_factory=dict)  # of tensors held as integers
    widened: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.affine[self.picture.planes] = self.picture.affine

    def write(self, node: Node) -> None:
        """Writes one node of the float graph."""
        if node.op in MOVING and node.inputs[0] in self.affine:
            self._move(node)
        elif self.picture.reads(node):
            self._read_picture(node)
        elif node.op in COMPUTING and node.outputs[0] in self.ranges:
            inputs = [self._wide(tensor) for tensor in node.inputs]
            if node.op == "Conv":
                kernel, bias = (self.source.constants[name] for name in node.inputs[1:3])
                inputs[1:] = self._weights(node, kernel, bias)
            self._copy(node, inputs, node.outputs)
            self._narrow(node.outputs[0], f"{node.outputs[0]}.q")
        else:
            self._copy(node, [self._wide(tensor) for tensor in node.inputs], node.outputs)

    def _move(self, node: Node) -> None:
        integers = [f"{t}.q" if t in self.affine else t for t in node.inputs]
        kinds = {self.affine[t] for t in node.inputs if t in self.affine}
        if len(kinds) != 1:
            raise BuildError(f"{node.op} {node.outputs[0]!r}: operands on different scales")
        self._copy(node, integers, [f"{node.outputs[0]}.q"])
        self.affine[node.outputs[0]] = kinds.pop()

    def _read_picture(self, node: Node) -> None:
        name = node.outputs[0]
        kernel, bias = (self.source.constants[constant] for constant in node.inputs[1:3])
        weights = self._weights(node, *self.picture.fold(kernel, bias))
        inputs = [self._wide(node.inputs[0]), *weights]
        over_groups = Node(
            op="Conv",
            inputs=[],
            outputs=[],
            attributes={**node.attributes, **self.picture.window()},
        )
        self._copy(over_groups, inputs, node.outputs)
        self._narrow(name, f"{name}.pairs")
        self.picture.append_parting(self.target, f"{name}.pairs", f"{name}.q", len(kernel))

    def _narrow(self, tensor: str, integers: str) -> None:
        self.affine[tensor] = self.ranges[tensor]
        self.target.emit("QuantizeLinear", tensor, *self._parameters(tensor), name=integers)

    def _copy(self, node: Node, inputs: list[str], outputs: list[str]) -> None:
        for tensor in inputs:
            if tensor in self.source.constants:
                self.target.constant(tensor, self.source.constants[tensor])
        copied = Node(op=node.op, inputs=inputs, outputs=outputs, attributes=node.attributes)
        self.target.nodes.append(copied)

    def _wide(self, tensor: str) -> str:
        """The tensor as float32: itself, or its integers dequantised."""
        if tensor not in self.affine:
            return tensor
        name = f"{tensor}.wide"
        if tensor not in self.widened:
            self.widened.add(tensor)
            parameters = self._parameters(tensor)
            self.target.emit("DequantizeLinear", f"{tensor}.q", *parameters, name=name)
        return name

    def _parameters(self, tensor: str) -> tuple[str, str]:
        affine = self.affine[tensor]
        scale = self.target.constant(f"{tensor}.scale", np.array(affine.scale, np.float32))
        return scale, self.target.constant(f"{tensor}.zero", np.array(affine.zero, np.uint8))

    def _weights(
        self, node: Node, kernel: NDArray[np.float32], bias: NDArray[np.float32]
    ) -> tuple[str, str]:
        scale = (np.abs(kernel).max(axis=(1, 2, 3)) / 127).astype(np.float32)
        steps = np.round(kernel / scale[:, None, None, None]).astype(np.int8)
        bias_scale = scale * np.float32(self.affine[node.inputs[0]].scale)
        bias_steps = np.round(bias / bias_scale).astype(np.int32)
        name = node.outputs[0]
        return (
            self._dequantised(f"{name}.weight", steps, scale),
            self._dequantised(f"{name}.bias", bias_steps, bias_scale),
        )

    def _dequantised(
        self, name: str, steps: NDArray[np.generic], scale: NDArray[np.float32]
    ) -> str:
        inputs = (
            self.target.constant(f"{name}.q", steps),
            self.target.constant(f"{name}.scale", scale),
            self.target.constant(f"{name}.zero", np.zeros(len(scale), steps.dtype)),
        )
        return self.target.emit("DequantizeLinear", *inputs, name=f"{name}.wide", axis=0)
