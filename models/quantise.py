"""Static int8: writes quantise–dequantise pairs around the operations that run on integers.

Activations are uint8 with a zero point, one range for a tensor; weights int8, symmetric, one
scale for each output channel: the pair that processors with VNNI multiply fastest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.errors import BuildError
from models.graph import Graph, Node

# Operations that only move or compare values: they run on the integers as they are.
MOVING = frozenset({"Concat", "GatherND", "MaxPool", "ReduceMax", "Reshape", "Resize", "Transpose"})
# Operations that compute on integers when a quantise–dequantise pair surrounds them.
COMPUTING = frozenset({"Add", "Conv", "LeakyRelu"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Affine:
    """uint8 q stands for (q - zero) × scale."""

    scale: float
    zero: int

    @classmethod
    def over(cls, low: float, high: float) -> Self:
        """The mapping whose 256 steps cover `low` to `high` and represent 0 exactly."""
        low, high = min(low, 0.0), max(high, 0.0)
        scale = float(np.float32((high - low) / 255))
        return cls(scale=scale, zero=int(np.clip(round(-low / scale), 0, 255)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PictureInput:
    """How raw pixels enter the first convolution, in place of the float front.

    A uint8 pixel needs no quantising. Scale and mean move into the weights and the bias, so the
    integers are exact; only the one-pixel border, padded with the mean of the three means, sees
    a colour cast of at most 0.2 standard deviations.
    """

    images: str
    planes: str
    mean: NDArray[np.float32]
    std: NDArray[np.float32]

    @property
    def affine(self) -> Affine:
        """Pixels as they are, padded with the mean grey."""
        return Affine(scale=1.0, zero=round(float(self.mean.mean())))

    def fold(
        self, kernel: NDArray[np.float32], bias: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Weights and bias that take pixels minus the zero point."""
        folded = kernel / self.std[None, :, None, None]
        cast = (self.affine.zero - self.mean)[None, :, None, None]
        return folded, bias + (folded * cast).sum(axis=(1, 2, 3))


@dataclass(slots=True, kw_only=True)
class _Writer:
    source: Graph
    ranges: Mapping[str, Affine]
    picture: PictureInput
    target: Graph
    affine: dict[str, Affine] = field(default_factory=dict)  # of tensors held as integers
    widened: set[str] = field(default_factory=set)

    def write(self, node: Node) -> None:
        """Writes one node of the float graph."""
        name = node.outputs[0]
        if node.op in MOVING and node.inputs[0] in self.affine:
            self._move(node)
        elif node.op in COMPUTING and name in self.ranges:
            self._compute(node)
        else:
            self._copy(node, [self._wide(tensor) for tensor in node.inputs], node.outputs)

    def _move(self, node: Node) -> None:
        integers = [f"{t}.q" if t in self.affine else t for t in node.inputs]
        kinds = {self.affine[t] for t in node.inputs if t in self.affine}
        if len(kinds) != 1:
            raise BuildError(f"{node.op} {node.outputs[0]!r}: operands on different scales")
        self._copy(node, integers, [f"{node.outputs[0]}.q"])
        self.affine[node.outputs[0]] = kinds.pop()

    def _compute(self, node: Node) -> None:
        name = node.outputs[0]
        inputs = [self._wide(tensor) for tensor in node.inputs]
        if node.op == "Conv":
            inputs[1:] = self._weights(node)
        self._copy(node, inputs, node.outputs)
        self.affine[name] = self.ranges[name]
        scale, zero = self._parameters(name)
        self.target.emit("QuantizeLinear", name, scale, zero, name=f"{name}.q")

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
            scale, zero = self._parameters(tensor)
            self.target.emit("DequantizeLinear", f"{tensor}.q", scale, zero, name=name)
        return name

    def _parameters(self, tensor: str) -> tuple[str, str]:
        affine = self.affine[tensor]
        scale = np.array(affine.scale, np.float32)
        zero = np.array(affine.zero, np.uint8)
        return (
            self.target.constant(f"{tensor}.scale", scale),
            self.target.constant(f"{tensor}.zero", zero),
        )

    def _weights(self, node: Node) -> tuple[str, str]:
        kernel, bias = (self.source.constants[name] for name in node.inputs[1:3])
        if node.inputs[0] == self.picture.planes:
            kernel, bias = self.picture.fold(kernel, bias)
        scale = (np.abs(kernel).max(axis=(1, 2, 3)) / 127).astype(np.float32)
        steps = np.round(kernel / scale[:, None, None, None]).astype(np.int8)
        bias_scale = scale * np.float32(self.affine[node.inputs[0]].scale)
        bias_steps = np.round(bias / bias_scale).astype(np.int32)
        name = node.outputs[0]
        return (
            self._dequantised(f"{name}.weight", steps, scale),
            self._dequantised(f"{name}.bias", bias_steps, bias_scale),
        )

    def _dequantised(self, name: str, steps: NDArray[np.generic], scale: NDArray[np.generic]) -> str:
        inputs = (
            self.target.constant(f"{name}.q", steps),
            self.target.constant(f"{name}.scale", scale),
            self.target.constant(f"{name}.zero", np.zeros(len(scale), steps.dtype)),
        )
        return self.target.emit("DequantizeLinear", *inputs, name=f"{name}.wide", axis=0)


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
    target.emit("Transpose", picture.images, name=f"{picture.planes}.q", perm=[0, 3, 1, 2])
    writer = _Writer(source=source, ranges=ranges, picture=picture, target=target)
    writer.affine[picture.planes] = picture.affine
    front = next(i for i, n in enumerate(source.nodes) if picture.planes in n.outputs)
    for node in source.nodes[front + 1 :]:
        writer.write(node)
    return target
