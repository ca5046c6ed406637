"""How converted TensorFlow tensors are stored, and what a converter works with.

TensorFlow graphs lay pictures out as NHWC, or wrap each convolution in transposes. Here a
transpose moves no element: a `Tensor` is stored as NCHW and remembers how the axes that
TensorFlow sees map to the stored ones; a padding waits for the convolution that takes it in.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.errors import BuildError
from models.graph import Array, Graph
from models.tfjs import TfGraph, TfNode

NCHW = (0, 1, 2, 3)
NHWC = (0, 2, 3, 1)
NO_PADS = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """A stored NCHW tensor as a TensorFlow node sees it."""

    name: str
    axes: tuple[int, ...]  # axis i of TensorFlow is stored axis axes[i]
    channels: int
    size: tuple[int, int]  # height, width
    pads: tuple[int, int, int, int] = NO_PADS  # top, left, bottom, right; not yet applied


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What an operation's converter works with."""

    source: TfGraph
    graph: Graph
    tensors: dict[str, Tensor]

    def tensor(self, node: TfNode, index: int) -> Tensor:
        """The activation at an input, its padding applied already."""
        tensor = self.padded(node, index)
        if tensor.pads != NO_PADS:
            raise BuildError(f"{node.op} {node.name!r} reads a padded tensor; not supported")
        return tensor

    def padded(self, node: TfNode, index: int) -> Tensor:
        """The activation at an input, whose padding the caller takes in."""
        try:
            return self.tensors[node.inputs[index]]
        except (KeyError, IndexError):
            raise BuildError(f"{node.op} {node.name!r}: input {index} is no activation") from None

    def constant(self, node: TfNode, index: int) -> Array:
        """The constant at an input."""
        try:
            return self.source.constants[node.inputs[index]]
        except (KeyError, IndexError):
            raise BuildError(f"{node.op} {node.name!r}: input {index} is no constant") from None

    def is_constant(self, node: TfNode, index: int) -> bool:
        """Whether the input is a constant."""
        return node.inputs[index] in self.source.constants


def nhwc(tensor: Tensor, node: TfNode) -> Tensor:
    """The tensor, when it is seen as NHWC; a BuildError otherwise."""
    if tensor.axes != NHWC:
        raise BuildError(f"{node.op} {node.name!r} does not read NHWC; not supported")
    return tensor
