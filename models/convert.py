"""TensorFlow graphs to ONNX operations, as far as the catalogue's models need."""

from __future__ import annotations

from models.errors import BuildError
from models.graph import Graph
from models.tf_operators import OPERATORS, Converter
from models.tf_tensor import Context, Tensor
from models.tfjs import TfGraph, TfNode


def convert(source: TfGraph, graph: Graph, image: Tensor, *, targets: tuple[str, ...]) -> list[str]:
    """Appends to `graph` all that `targets` need; returns their stored NCHW tensors.

    Args:
        source: the TensorFlow graph, with one placeholder.
        graph: already holds the tensor that `image` names.
        image: what stands for the placeholder.
        targets: names of TensorFlow nodes.

    Raises:
        BuildError: an operation, or a use of one, is not supported.
    """
    context = Context(source=source, graph=graph, tensors={})
    needed = _reachable(source, targets)
    for node in source.nodes:
        if node.name not in needed:
            continue
        if node.op == "Placeholder":
            context.tensors[node.name] = image
        else:
            context.tensors[node.name] = _converter(node)(context, node)
    return [context.tensors[target].name for target in targets]


def _reachable(source: TfGraph, targets: tuple[str, ...]) -> set[str]:
    by_name = {node.name: node for node in source.nodes}
    found: set[str] = set()
    waiting = list(targets)
    while waiting:
        name = waiting.pop().split(":")[0]
        if name in found or name not in by_name:
            continue
        found.add(name)
        waiting.extend(by_name[name].inputs)
    missing = set(targets) - found
    if missing:
        raise BuildError(f"the graph has no nodes {sorted(missing)}")
    return found


def _converter(node: TfNode) -> Converter:
    try:
        return OPERATORS[node.op]
    except KeyError:
        raise BuildError(f"operation {node.op} of {node.name!r} is not supported") from None
