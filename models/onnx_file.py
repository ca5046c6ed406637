"""Writes graphs as ONNX files; the one place that uses the package `onnx`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.errors import MissingExtraError
from models.graph import Graph, Node, Port

if TYPE_CHECKING:
    import onnx

_OPSET = 18
_IR_VERSION = 10  # read by every ONNX Runtime since 1.18


def serialise(graph: Graph, *, name: str, half_weights: bool = False) -> bytes:
    """The bytes of an ONNX file; the same graph gives the same bytes.

    Args:
        graph: with inputs and outputs set.
        name: written into the file.
        half_weights: store float32 weights as float16 and widen them on loading, which loses
            nothing where they came from float16.

    Raises:
        MissingExtraError: `onnx` is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise MissingExtraError(package="onnx") from error
    nodes, initialisers = _constants(graph, half_weights=half_weights)
    nodes += [_node(node) for node in graph.nodes]
    body = onnx.helper.make_graph(
        nodes,
        name,
        [_port(port) for port in graph.inputs],
        [_port(port) for port in graph.outputs],
        initialisers,
    )
    model = onnx.helper.make_model(
        body,
        producer_name="xueliang",
        ir_version=_IR_VERSION,
        opset_imports=[onnx.helper.make_opsetid("", _OPSET)],
    )
    onnx.checker.check_model(model, full_check=True)
    written: bytes = model.SerializeToString(deterministic=True)
    return written


def _constants(
    graph: Graph, *, half_weights: bool
) -> tuple[list[onnx.NodeProto], list[onnx.TensorProto]]:
    from onnx import TensorProto, helper, numpy_helper

    used = {name for node in graph.nodes for name in node.inputs}
    nodes, initialisers = [], []
    for name, value in graph.constants.items():
        if name not in used:
            continue
        if half_weights and value.dtype == np.float32 and value.ndim == 4:
            stored = f"{name}.half"
            initialisers.append(numpy_helper.from_array(value.astype(np.float16), stored))
            nodes.append(helper.make_node("Cast", [stored], [name], to=TensorProto.FLOAT))
        else:
            initialisers.append(numpy_helper.from_array(value, name))
    return nodes, initialisers


def _node(node: Node) -> onnx.NodeProto:
    from onnx import helper

    made = helper.make_node(node.op, node.inputs, node.outputs, name=node.outputs[0])
    made.attribute.extend(
        helper.make_attribute(key, value) for key, value in sorted(node.attributes.items())
    )
    return made


def _port(port: Port) -> onnx.ValueInfoProto:
    from onnx import helper

    dtype = helper.np_dtype_to_tensor_dtype(np.dtype(port.dtype))
    return helper.make_tensor_value_info(port.name, dtype, port.shape)
