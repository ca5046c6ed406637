"""One converter for each TensorFlow operation; `OPERATORS` is the table of them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from models.errors import BuildError
from models.graph import Array, Attribute
from models.tf_tensor import NCHW, NHWC, NO_PADS, Context, Tensor
from models.tfjs import TfNode

Converter: TypeAlias = Callable[[Context, TfNode], Tensor]

_ACTIVATIONS = {"Relu": "Relu"}


def _convolution(context: Context, node: TfNode) -> Tensor:
    # TensorFlow keeps kernels as height, width, in, out.
    return _convolve(context, node, kernel=context.constant(node, 1).transpose(3, 2, 0, 1), group=1)


def _depthwise_convolution(context: Context, node: TfNode) -> Tensor:
    kernel = context.constant(node, 1)
    if kernel.shape[3] != 1:
        raise BuildError(f"{node.name!r}: depth multiplier {kernel.shape[3]} is not supported")
    return _convolve(context, node, kernel=kernel.transpose(2, 3, 0, 1), group=kernel.shape[2])


def _convolve(context: Context, node: TfNode, *, kernel: Array, group: int) -> Tensor:
    source = _nhwc(context.padded(node, 0), node)
    graph = context.graph
    inputs = [source.name, graph.constant(f"{node.name}.weight", np.ascontiguousarray(kernel))]
    fused = _fused(node)
    if "BiasAdd" in fused:
        inputs.append(graph.constant(f"{node.name}.bias", context.constant(node, 2)))
    window, size = _window(node, source, (kernel.shape[2], kernel.shape[3]))
    name = graph.emit("Conv", *inputs, name=node.name, group=group, **window)
    for activation in fused:
        if activation != "BiasAdd":
            name = graph.emit(_ACTIVATIONS[activation], name, name=f"{node.name}.{activation}")
    return Tensor(name=name, axes=NHWC, channels=kernel.shape[0], size=size)


def _fused(node: TfNode) -> tuple[str, ...]:
    if "fused_ops" not in node.attributes:
        return ()
    names = node.attributes["fused_ops"]["list"].get("s", ())
    return tuple(base64.b64decode(name).decode() for name in names)


def _window(
    node: TfNode, source: Tensor, kernel: tuple[int, int]
) -> tuple[dict[str, Attribute], tuple[int, int]]:
    """The attributes of a sliding window, and the height and width it leaves."""
    strides = [int(step) for step in node.attributes["strides"]["list"]["i"]][1:3]
    shape: dict[str, Attribute] = {"kernel_shape": list(kernel), "strides": strides}
    if base64.b64decode(node.attributes["padding"]["s"]) == b"SAME":
        height, width = (-(-edge // step) for edge, step in zip(source.size, strides, strict=True))
        return {**shape, "auto_pad": "SAME_UPPER"}, (height, width)
    top, left, bottom, right = source.pads
    height = (source.size[0] + top + bottom - kernel[0]) // strides[0] + 1
    width = (source.size[1] + left + right - kernel[1]) // strides[1] + 1
    return {**shape, "pads": list(source.pads)}, (height, width)


def _nhwc(tensor: Tensor, node: TfNode) -> Tensor:
    if tensor.axes != NHWC:
        raise BuildError(f"{node.op} {node.name!r} does not read NHWC; not supported")
    return tensor


def _max_pool(context: Context, node: TfNode) -> Tensor:
    source = _nhwc(context.padded(node, 0), node)
    height, width = (int(edge) for edge in node.attributes["ksize"]["list"]["i"][1:3])
    window, size = _window(node, source, (height, width))
    name = context.graph.emit("MaxPool", source.name, name=node.name, **window)
    return replace(source, name=name, size=size, pads=NO_PADS)


def _pad(context: Context, node: TfNode) -> Tensor:
    source = context.tensor(node, 0)
    pads = np.zeros((4, 2), np.int64)
    pads[list(source.axes)] = context.constant(node, 1)
    if pads[:2].any():
        raise BuildError(f"{node.name!r}: only height and width can be padded")
    top, bottom, left, right = (int(pad) for pad in pads[2:].ravel())
    return replace(source, pads=(top, left, bottom, right))


def _transpose(context: Context, node: TfNode) -> Tensor:
    source = context.padded(node, 0)
    order = context.constant(node, 1)
    return replace(source, axes=tuple(source.axes[axis] for axis in order))


def _add(context: Context, node: TfNode) -> Tensor:
    if not context.is_constant(node, 1) or context.constant(node, 1).ndim != 1:
        return _elementwise("Add")(context, node)
    source = _nhwc(context.tensor(node, 0), node)
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
    low = context.graph.constant("relu6.low", np.float32(0).reshape(()))
    high = context.graph.constant("relu6.high", np.float32(6).reshape(()))
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
    source = _nhwc(context.tensor(node, 0), node)
    if sorted(context.constant(node, 1)) != [1, 2] or not node.attributes["keep_dims"]["b"]:
        raise BuildError(f"Mean {node.name!r}: only over height and width, kept as axes")
    return replace(source, name=context.graph.emit("GlobalAveragePool", source.name, name=node.name))


def _resize(context: Context, node: TfNode) -> Tensor:
    source = _nhwc(context.tensor(node, 0), node)
    height, width = (int(edge) for edge in context.constant(node, 1))
    half_pixel = node.attributes["half_pixel_centers"]["b"]
    if half_pixel and source.size == (2 * height, 2 * width):
        return _halve(context, node, source)
    scales = np.array([1, 1, height / source.size[0], width / source.size[1]], np.float32)
    name = context.graph.emit(
        "Resize",
        source.name,
        "",
        context.graph.constant(f"{node.name}.scales", scales),
        name=node.name,
        mode="linear",
        coordinate_transformation_mode="half_pixel" if half_pixel else "asymmetric",
    )
    return replace(source, name=name, size=(height, width))


def _halve(context: Context, node: TfNode, source: Tensor) -> Tensor:
    # With centres at half a pixel, half the size is the mean of each two by two. As a convolution
    # it is exact in int8 and several times faster there than resizing or pooling.
    graph, name, channels = context.graph, node.name, source.channels
    kernel = graph.constant(f"{name}.weight", np.full((channels, 1, 2, 2), 0.25, np.float32))
    bias = graph.constant(f"{name}.bias", np.zeros(channels, np.float32))
    graph.emit(
        "Conv",
        source.name,
        kernel,
        bias,
        name=name,
        group=channels,
        kernel_shape=[2, 2],
        strides=[2, 2],
    )
    return replace(source, name=name, size=(source.size[0] // 2, source.size[1] // 2))


def _identity(context: Context, node: TfNode) -> Tensor:
    return context.padded(node, 0)


OPERATORS: Mapping[str, Converter] = {
    "Add": _add,
    "AddV2": _add,
    "ConcatV2": _concat,
    "Conv2D": _convolution,
    "DepthwiseConv2dNative": _depthwise_convolution,
    "FusedDepthwiseConv2dNative": _depthwise_convolution,
    "Identity": _identity,
    "LeakyRelu": _leaky_relu,
    "MaxPool": _max_pool,
    "Mean": _mean,
    "Mul": _elementwise("Mul"),
    "Pad": _pad,
    "PadV2": _pad,
    "Relu": _activation("Relu"),
    "Relu6": _relu6,
    "ResizeBilinear": _resize,
    "Sigmoid": _activation("Sigmoid"),
    "Transpose": _transpose,
    "_FusedConv2D": _convolution,
}
