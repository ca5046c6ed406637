"""One converter for each TensorFlow operation; `OPERATORS` is the table of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from models.errors import BuildError
from models.tf_tensor import Context, Tensor, nhwc
from models.tf_windows import convolution, depthwise_convolution, max_pool, pad, resize
from models.tfjs import TfNode

Converter: TypeAlias = Callable[[Context, TfNode], Tensor]


def _transpose(context: Context, node: TfNode) -> Tensor:
    source = context.padded(node, 0)
    order = context.constant(node, 1)
    return replace(source, axes=tuple(source.axes[axis] for axis in order))


def _add(context: Context, node: TfNode) -> Tensor:
    if not context.is_constant(node, 1) or context.constant(node, 1).ndim != 1:
        return _elementwise("Add")(context, node)
    source = nhwc(context.tensor(node, 0), node)
    convolution = context.graph.producer(source.name)
    if convolution.op != "Conv" or len(convolution.inputs) != 2:
        raise BuildError(f"{node.name!r}: a bias that follows no convolution is not supported")
    bias = context.graph.constant(f"{node.name}.bias", context.constant(node, 1))
    convolution.inputs.append(bias)
    return source


def _elementwise(op: str) -> Converter:
    def converter(context: Context, node: TfNode) -> Tensor:
        names, seen = [], []
        for index in range(2):
            if context.is_constant(node, index):
                names.append(_scalar(context, node, index))
            else:
                seen.append(context.tensor(node, index))
                names.append(seen[-1].name)
        if not seen or any(tensor.axes != seen[0].axes for tensor in seen):
            raise BuildError(f"{op} {node.name!r}: its operands are laid out differently")
        return replace(seen[0], name=context.graph.emit(op, *names, name=node.name))

    return converter


def _scalar(context: Context, node: TfNode, index: int) -> str:
    value = context.constant(node, index)
    if value.size != 1:
        raise BuildError(f"{node.op} {node.name!r}: only scalars can be broadcast")
    return context.graph.constant(f"{node.name}.{index}", value.reshape(()))


def _activation(op: str) -> Converter:
    def converter(context: Context, node: TfNode) -> Tensor:
        source = context.tensor(node, 0)
        return replace(source, name=context.graph.emit(op, source.name, name=node.name))

    return converter


def _leaky_relu(context: Context, node: TfNode) -> Tensor:
    source = context.tensor(node, 0)
    alpha = float(node.attributes["alpha"]["f"])
    return replace(
        source, name=context.graph.emit("LeakyRelu", source.name, name=node.name, alpha=alpha)
    )


def _relu6(context: Context, node: TfNode) -> Tensor:
    source = context.tensor(node, 0)
    low = context.graph.constant("relu6.low", np.array(0, np.float32))
    high = context.graph.constant("relu6.high", np.array(6, np.float32))
    return replace(source, name=context.graph.emit("Clip", source.name, low, high, name=node.name))


def _concat(context: Context, node: TfNode) -> Tensor:
    count = len(node.inputs) - 1
    parts = [context.tensor(node, index) for index in range(count)]
    if any(part.axes != parts[0].axes for part in parts):
        raise BuildError(f"ConcatV2 {node.name!r}: its operands are laid out differently")
    axis = parts[0].axes[int(context.constant(node, count))]
    names = [part.name for part in parts]
    name = context.graph.emit("Concat", *names, name=node.name, axis=axis)
    if axis != 1:
        raise BuildError(f"ConcatV2 {node.name!r}: only channels can be concatenated")
    return replace(parts[0], name=name, channels=sum(part.channels for part in parts))


def _mean(context: Context, node: TfNode) -> Tensor:
    source = nhwc(context.tensor(node, 0), node)
    if sorted(context.constant(node, 1)) != [1, 2] or not node.attributes["keep_dims"]["b"]:
        raise BuildError(f"Mean {node.name!r}: only over height and width, kept as axes")
    return replace(
        source, name=context.graph.emit("GlobalAveragePool", source.name, name=node.name)
    )


def _identity(context: Context, node: TfNode) -> Tensor:
    return context.padded(node, 0)


OPERATORS: Mapping[str, Converter] = {
    "Add": _add,
    "AddV2": _add,
    "ConcatV2": _concat,
    "Conv2D": convolution,
    "DepthwiseConv2dNative": depthwise_convolution,
    "FusedDepthwiseConv2dNative": depthwise_convolution,
    "Identity": _identity,
    "LeakyRelu": _leaky_relu,
    "MaxPool": max_pool,
    "Mean": _mean,
    "Mul": _elementwise("Mul"),
    "Pad": pad,
    "PadV2": pad,
    "Relu": _activation("Relu"),
    "Relu6": _relu6,
    "ResizeBilinear": resize,
    "Sigmoid": _activation("Sigmoid"),
    "Transpose": _transpose,
    "_FusedConv2D": convolution,
}
