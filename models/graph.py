"""A small mutable graph of ONNX operations, the workbench of converter and quantiser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Attribute: TypeAlias = int | float | str | Sequence[int]
Dimension: TypeAlias = int | str


@dataclass(slots=True, kw_only=True)
class Node:
    """One operation of the standard operator set."""

    op: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A graph input or output; a string as dimension is a free axis of that name."""

    name: str
    dtype: str
    shape: tuple[Dimension, ...]


@dataclass(slots=True, kw_only=True)
class Graph:
    """Nodes in topological order. Names are unique; `emit` makes them."""

    nodes: list[Node] = field(default_factory=list)
    constants: dict[str, Array] = field(default_factory=dict)
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()

    def emit(self, op: str, *inputs: str, name: str, **attributes: Attribute) -> str:
        """Appends a node with one output called `name`; returns that name."""
        self.nodes.append(Node(op=op, inputs=list(inputs), outputs=[name], attributes=attributes))
        return name

    def emit_top(self, source: str, count: str, *, values: str, indices: str) -> None:
        """Appends the `count` highest values along the last axis, highest first."""
        outputs = [values, indices]
        self.nodes.append(Node(op="TopK", inputs=[source, count], outputs=outputs))

    def constant(self, name: str, value: Array) -> str:
        """Stores a constant and returns its name."""
        self.constants[name] = value
        return name

    def producer(self, tensor: str) -> Node:
        """The node that makes `tensor`; StopIteration is a programming error."""
        return next(node for node in self.nodes if tensor in node.outputs)

    def consumers(self, tensor: str) -> Iterator[Node]:
        """Nodes that read `tensor`."""
        return (node for node in self.nodes if tensor in node.inputs)
